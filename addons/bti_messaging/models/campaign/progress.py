from collections import Counter

from odoo import models
from odoo.tools.misc import format_amount, format_datetime


class MailingMailing(models.Model):
    """How far a campaign is."""

    _inherit = "mailing.mailing"

    def get_sms_progress(self):
        """How far a campaign is, for the bar on its form; asked every few seconds.

        :return: ``state``, ``paused``, and the counts ``total``, ``prepared``, ``waiting``,
            ``unknown``, ``sent``, ``delivered``, ``failed``, ``canceled``, ``clicked``,
            ``answered``, ``opted_out``; ``pause``, ``scheduled`` and ``cost`` in words
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        run = self.sudo().run_ids  # sudo: counts of a campaign that the user may read
        counts, reactions = self._count_traces()
        delivered = sum(counts.get(status, 0) for status in ("sent", "open", "reply"))
        return {
            "state": self.state,
            "paused": self.sms_paused,
            "stopped": self.sms_stopped,
            "pause": self._get_pause_text() if self.sms_paused else "",
            "scheduled": (
                format_datetime(self.env, self.schedule_date)
                if self.state == "in_queue" and self.schedule_date
                else ""
            ),
            "total": run.total,
            "prepared": run.prepared,
            "waiting": counts.get("outgoing", 0),
            "unknown": counts.get("process", 0),
            "sent": counts.get("pending", 0),
            "delivered": delivered,
            "failed": counts.get("error", 0) + counts.get("bounce", 0),
            "canceled": counts.get("cancel", 0),
            "clicked": reactions["clicked"],
            "answered": reactions["answered"],
            "opted_out": reactions["opted_out"],
            "cost": format_amount(self.env, self.sms_cost, self.currency_id),
        }

    def _count_traces(self):
        """:return: number of traces in each status, of clicks, answers and opt-outs
        :rtype: tuple[dict[str, int], Counter]
        """
        # sudo: counts of a campaign that the user may read
        groups = (
            self.env["mailing.trace"]
            .sudo()
            ._read_group(
                [("mass_mailing_id", "=", self.id), ("is_test_trace", "=", False)],
                ["trace_status"],
                [
                    "__count",
                    "links_click_datetime:count",
                    "reply_datetime:count",
                    "optout_datetime:count",
                ],
            )
        )
        counts, reactions = {}, Counter()
        for status, count, clicked, answered, opted_out in groups:
            counts[status] = count
            reactions.update(clicked=clicked, answered=answered, opted_out=opted_out)
        return counts, reactions

    def _get_pause_text(self):
        """:return: why the campaign is held, unless a person wanted it so"""
        if self.sms_pause_reason == "user":
            return ""
        labels = dict(self._fields["sms_pause_reason"]._description_selection(self.env))
        parts = (labels.get(self.sms_pause_reason), self.sms_pause_detail)
        return " - ".join(filter(None, parts))

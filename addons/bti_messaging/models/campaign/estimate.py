from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

# Recipients looked at for an estimate: all of them up to this number, else so many evenly spread
# over their ids. Live on the form, and more carefully before sending.
LIVE_SAMPLE = 200
FULL_SAMPLE = 1000
REFUSALS = ("sms_blacklist", "sms_optout", "sms_duplicate")


class MailingMailing(models.Model):
    """What a campaign will reach and cost, before it is sent."""

    _inherit = "mailing.mailing"

    sms_estimate = fields.Html(
        string="Cost Preview",
        compute="_compute_sms_estimate",
        sanitize=False,
    )

    @api.depends(
        "mailing_type",
        "company_id",
        "state",
        "body_plaintext",
        "sms_template_id",
        "sms_allow_unsubscribe",
        "use_exclusion_list",
        "mailing_model_id",
        "mailing_domain",
        "contact_list_ids",
        "ab_testing_enabled",
        "ab_testing_pc",
        "sms_budget",
        "campaign_id",
    )
    def _compute_sms_estimate(self):
        for mailing in self:
            mailing.sms_estimate = (
                mailing._render_estimate(LIVE_SAMPLE)
                if mailing.through_channels and mailing.state in ("draft", "in_queue")
                else False
            )

    def _render_estimate(self, sample):
        """:param int sample: recipients looked at
        :return: the figures of ``_get_estimate`` for people
        :rtype: Markup
        """
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "bti_messaging.campaign_estimate",
            {"estimate": self._get_estimate(sample), "mailing": self},
        )

    def _get_estimate(self, sample=FULL_SAMPLE):
        """Prepare a sample as the run would, and scale the figures up to all recipients. The time
        it takes does not depend on their number, but for counting and numbering them (one query
        each).

        :param int sample: recipients looked at
        :return: ``total`` recipients; ``valid``, ``missing`` (no number), ``wrong`` (no mobile
            number), ``refused``, ``too_long``; ``sms`` parts altogether, ``parts`` of the longest
            text, ``unicode`` whether a text is Unicode, ``cost``, ``by_channel`` as
            ``[(channel, messages, cost)]``; ``sampled`` recipients looked at, ``exact`` whether
            these are all; ``budget_left`` or None; ``error`` when a text cannot be written
        :rtype: dict
        """
        self.ensure_one()
        sender = self._with_sender()
        result = {
            "total": 0,
            "sampled": 0,
            "exact": True,
            "error": "",
            "budget_left": sender._get_budget_left(sender._origin._get_runs()),
        }
        recipients = []
        try:
            self._check_placeholders()
            with self.env.cr.savepoint(flush=False):
                domain = sender._get_recipients_domain()
                model = sender.env[self.mailing_model_real]
                population = model.search_count(domain)
                records = sender._get_sample(model, domain, population, sample)
                result["total"] = population
                result["sampled"] = len(records)
                result["exact"] = len(records) == population
                if population and self.ab_testing_enabled and not self.ab_testing_is_winner_mailing:
                    result["total"] = max(int(population * self.ab_testing_pc / 100), 1)
                    result["exact"] = False
                recipients = sender._get_recipients_of(records)
                sender._write_messages(recipients)
        except Exception as error:  # noqa: BLE001 (a wrong placeholder or filter, in any way)
            result["error"] = str(error)
        return {**result, **self._sum_up(recipients, result["total"])}

    def _check_placeholders(self):
        """A text that is still being written was not checked by anybody, and is rendered here with
        all rights.

        :raises AccessError: it does what only editors of templates may write
        """
        renderer = self.env["mail.render.mixin"]
        if (
            not self.env.is_admin()
            and not self.env.user.has_group("mail.group_mail_template_editor")
            and renderer._has_unsafe_expression_template_inline_template(
                self.body_plaintext, self.mailing_model_real
            )
        ):
            raise AccessError(
                self.env._("Only editors of templates may use placeholders of this kind.")
            )

    def _get_sample(self, model, domain, population, size):
        """:return: recipients evenly spread over the ids, all if they are few"""
        query = model._search(domain, order="id")
        if population <= size:
            return model.browse(query)
        numbered = query.select(
            SQL.identifier(model._table, "id"),
            SQL("ROW_NUMBER() OVER (ORDER BY %s) AS place", SQL.identifier(model._table, "id")),
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) numbered WHERE place %% %s = 0 ORDER BY id LIMIT %s",
                numbered,
                population // size,
                size,
            )
        )
        return model.browse([res_id for (res_id,) in rows])

    def _sum_up(self, recipients, total):
        factor = total / len(recipients) if recipients else 0
        failures = Counter(recipient.failure for recipient in recipients)
        going = [recipient for recipient in recipients if not recipient.failure and recipient.vals]
        channels = defaultdict(lambda: [0, 0.0])
        for recipient in going:
            figures = channels[recipient.vals["channel_id"]]
            figures[0] += 1
            figures[1] += recipient.vals["cost"]
        # sudo: the name of the channel, for whoever sends through it
        names = self.env["bti.channel"].sudo()
        written = [recipient.vals for recipient in recipients if recipient.vals]
        return {
            "valid": round(factor * failures[""]),
            "missing": round(factor * failures["sms_number_missing"]),
            "wrong": round(factor * (failures["sms_number_format"] + failures["sms_not_mobile"])),
            "refused": round(factor * sum(failures[failure] for failure in REFUSALS)),
            "too_long": round(factor * failures["sms_too_long"]),
            "no_channel": bool(failures["bti_no_channel"]),
            "sms": round(factor * sum(recipient.vals["parts"] for recipient in going)),
            "parts": max((vals["parts"] for vals in written), default=0),
            "unicode": any(vals["encoding"] == "ucs2" for vals in written),
            "cost": factor * sum(recipient.vals["cost"] for recipient in going),
            "by_channel": [
                (names.browse(channel_id), round(factor * count), factor * cost)
                for channel_id, (count, cost) in channels.items()
            ],
        }

from odoo import models
from odoo.tools import plaintext2html

from ...tools.readers import in_language_of


class BtiAlertMixin(models.AbstractModel):
    """Tell responsible people that something needs them: an activity that stays until it is
    done, and a notification in their inbox or by e-mail, as each has chosen. For models with
    ``mail.thread`` and ``mail.activity.mixin``."""

    _name = "bti.alert.mixin"
    _description = "Alerts to Responsible People"

    def _bti_alert(self, users, make_texts):
        """Alert people, each in his language; without anybody a note is left.

        :param res.users users: who is told; those who may not read the record are left out
        :param make_texts: called with this record in the reader's language, gives the summary
            and the text
        :return: the activities
        :rtype: mail.activity
        """
        self.ensure_one()
        activities = self.env["mail.activity"]
        readers = users.filtered(
            lambda user: (
                user.active
                and self.with_user(user)
                .with_context(allowed_company_ids=user.company_ids.ids)
                .has_access("read")
            )
        )
        if not readers:
            self._message_log(body=" ".join(make_texts(self)))
        for user in readers:
            record = in_language_of(self, user)
            summary, text = make_texts(record)
            activities |= record.activity_schedule(
                "bti_messaging.mail_activity_type_alert",
                summary=summary,
                # the words of a provider are in it
                note=plaintext2html(text),
                user_id=user.id,
            )
            record.message_notify(
                partner_ids=user.partner_id.ids,
                subject=f"{record.display_name}: {summary}",
                body=text,
            )
        return activities

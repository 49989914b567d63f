from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...models.odoo.bti_message import MESSAGE_LINK


class BtiPrivacy(models.TransientModel):
    """Erase: texts and numbers go, counts, costs and refusals stay."""

    _inherit = "bti.privacy"

    def action_erase(self):
        """Erase what was found, write it into the privacy log."""
        self._bti_check_manager()
        if self.state != "found":
            raise UserError(self.env._("Look first at what will be erased."))
        if self.keep_refusal:
            self._record_refusals()
        counts = self._erase()
        self._log(self.env._("Erased in messaging"), counts)
        self.write(
            {
                "state": "erased",
                "file": False,
                "line_ids": [(5, 0, 0)],
                # this form is kept for a while too
                **dict.fromkeys(("name", "phone", "email"), False),
            }
        )

    def _record_refusals(self):
        names = self._get_names(self._get_domains()["bti.identity"])
        for address in dict.fromkeys(filter(None, (self._get_number(), self._get_email(), *names))):
            self.env["bti.consent"]._record(
                self.env.company,
                "all",
                address,
                "withdrawn",
                "form",
                proof=self.env._("Asked that his personal data be erased."),
            )

    def _erase(self):
        """Hook: erase in each model that ``_get_domains`` names; each has a method
        ``_erase_<model with underscores>(records)``.

        :return: how many rows of each model
        :rtype: dict[str, int]
        """
        self.ensure_one()
        found = {
            model: self.env[model].search(domain) for model, domain in self._get_domains().items()
        }
        for model, records in found.items():
            # sudo: the records were found with the rights of the user; nobody writes them by hand
            getattr(self, "_erase_" + model.replace(".", "_"))(records.sudo())
        self._erase_chatter()
        return {model: len(records) for model, records in found.items()}

    def _get_blank(self):
        return self.env._("[erased]")

    def _erase_bti_message(self, messages):
        self._erase_notes(messages)
        waiting = messages.filtered(lambda message: message.state == "outgoing")
        waiting._update_state("canceled", cost=0.0)
        messages._erase_words()
        messages.write(
            {
                "number": False,
                "body": self._get_blank(),
                "partner_id": False,
                "res_model": False,
                "res_id": False,
                "failure_reason": False,
            }
        )

    def _erase_notes(self, messages):
        """Notes on the files of contacts that repeat these messages."""
        partners = self.partner_ids | messages.partner_id
        # sudo: the notes belong to the messages, which were found with the rights of the user
        notes = (
            self.env["mail.message"]
            .sudo()
            .search(
                Domain("model", "=", "res.partner")
                & Domain("res_id", "in", (partners | partners.commercial_partner_id).ids)
                & Domain("body", "like", 'data-oe-model="bti.message"')
            )
        )
        erased = set(messages.ids)
        notes.filtered(
            lambda note: erased.intersection(map(int, MESSAGE_LINK.findall(note.body)))
        ).write({"body": self._get_blank()})

    def _erase_bti_consent(self, consents):
        consents._erase()

    def _erase_bti_identity(self, identities):
        """The person as outside networks know him, and his conversations in Discuss."""
        for identity in identities:
            if identity.guest_id:
                identity.guest_id.name = self._get_blank()
            if conversations := identity.conversation_ids:
                # what the agents answered tells as much about him
                conversations.env["mail.message"].search(
                    [("model", "=", conversations._name), ("res_id", "in", conversations.ids)]
                ).write({"body": self._get_blank()})
                conversations.write({"name": self._get_blank()})
            # several people may not share one outside id
            identity.write(
                {
                    "external_id": f"erased:{identity.id}",
                    "partner_id": False,
                    "profile_name": False,
                    "username": False,
                }
            )

    def _erase_bti_event(self, events):
        events.write(
            {
                "addresses": False,
                "content": False,
                "details": False,
                "sender": False,
                "recipient": False,
                "body": False,
                "detail": False,
                "payload": False,
                "error": False,
            }
        )

    def _erase_bti_inbox(self, rows):
        # one that still waits may tell of other people too: it is handled within seconds
        rows = rows.filtered(lambda row: row.state != "new")
        rows.write({"query": False, "headers": False, "body": False, "error": False})

    def _erase_chatter(self):
        """Texts of SMS in the chatters, SMS of Odoo's queue, numbers in mailing traces: of the
        companies concerned, and what belongs to none."""
        spellings = self._get_spellings()
        mine = Domain("res_partner_id", "in", self.partner_ids.ids)
        # sudo: what belongs to the person is found by his number, not by the documents' rights
        env = self.sudo().env
        companies = [False, *self.env.companies.ids]
        notifications = env["mail.notification"].search(
            Domain("notification_type", "=", "sms")
            & (mine | Domain("sms_number", "in", spellings))
            & Domain("mail_message_id.record_company_id", "in", companies)
        )
        notifications.mail_message_id.write({"body": self._get_blank()})
        notifications.write({"sms_number": False})
        partners = Domain("partner_id", "in", self.partner_ids.ids)
        env["sms.sms"].search(
            (partners | Domain("number", "in", spellings))
            & Domain("state", "!=", "outgoing")
            & (
                Domain("mail_message_id", "=", False)
                | Domain("mail_message_id.record_company_id", "in", companies)
            )
        ).unlink()
        if spellings:
            env["mailing.trace"].search(
                [("sms_number", "in", spellings), ("company_id", "in", companies)]
            ).sms_number = False

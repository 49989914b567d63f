from odoo import api, fields, models

from ...tools.insert_or_find import made_once


class BtiMessage(models.Model):
    """What was written to a person elsewhere: in the Page's own inbox, on the office's phone.

    It stands in the conversation as ours, is never sent again, and stops the clock of the first
    answer.
    """

    _inherit = "bti.message"

    # === FIELDS === #

    is_elsewhere = fields.Boolean(
        string="Answered Elsewhere",
        readonly=True,
        copy=False,
        help="Written to the client in the network's own program, not here.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _note_elsewhere(self, event):
        """Keep one message that was written elsewhere, once.

        :param bti.event event: what the network tells of it
        :return: the message, new or known
        """
        ref = event._get_message_ref()
        known = self.search([("sms_uuid", "=", ref)], limit=1) or self._find_told(
            event.channel_id, event._get_provider_ref()
        )
        if known:
            return known
        person = event._get_person()
        with made_once():
            message = self.create(self._prepare_elsewhere_vals(event, person, ref))
        message._handle_safely(
            message._after_history if message.is_history else message._show_elsewhere
        )
        return message

    @api.model
    def _prepare_elsewhere_vals(self, event, person, ref):
        """Hook: values of a message that was written elsewhere.

        :param bti.identity person: to whom
        :param str ref: its reference here
        """
        return {
            "direction": "out",
            "state": "sent",
            "channel_id": event.channel_id.id,
            "identity_id": person.id,
            "partner_id": person.partner_id.id,
            "number": person._get_number() or person.external_id,
            "body": event._get_content().text or event.body or "",
            "sms_uuid": ref,
            "date_sent": event.occurred_at,
            "date_tried": event.occurred_at,
            "cost": 0.0,
            "is_elsewhere": True,
            "is_personal": True,
            **event._prepare_message_vals(),
        }

    # === HOOKS === #

    def _show_elsewhere(self):
        """Hook: show a message that was written elsewhere to the agents."""

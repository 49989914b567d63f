from odoo import models


class BtiPrivacy(models.TransientModel):
    """What documents repeat of the messages of a person."""

    _inherit = "bti.privacy"

    def _erase_bti_message(self, messages):
        # sudo: the notes belong to the messages, which were found with the rights of the user
        messages.sudo().notice_id.body = self._get_blank()
        messages.write({"notice_id": False, "way_reason": False, "notify_values": False})
        return super()._erase_bti_message(messages)

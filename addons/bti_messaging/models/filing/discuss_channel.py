from odoo import models


class DiscussChannel(models.Model):
    """Files of a conversation go to a document from the conversation itself."""

    _inherit = "discuss.channel"

    # === ACTIONS === #

    def action_bti_file_documents(self, message_id=False):
        """Open the wizard that puts files of this conversation on a document.

        :param int message_id: of the message whose files are proposed; none: the last ones
        """
        self.ensure_one()
        self._bti_check_agent()
        # made at once: buttons in its lines work on records only
        wizard = self.env["bti.filing"].create(
            {"conversation_id": self.id, "message_id": message_id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("File on a Document"),
            "res_model": "bti.filing",
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

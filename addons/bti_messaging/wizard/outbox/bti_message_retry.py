from odoo import Command, api, fields, models


class BtiMessageRetry(models.TransientModel):
    """Asks before something is sent again that its client may have received already."""

    _name = "bti.message.retry"
    _inherit = "bti.wizard.mixin"
    _description = "Send Messages Again"

    message_ids = fields.Many2many("bti.message", string="Messages", readonly=True)
    doubtful_count = fields.Integer(string="Perhaps Received", compute="_compute_counts")
    sure_count = fields.Integer(string="Surely Not Received", compute="_compute_counts")

    @api.depends("message_ids")
    def _compute_counts(self):
        for wizard in self:
            # sudo: as bti.message.action_retry, counting only
            messages = wizard.message_ids.sudo()._get_retriable()
            doubtful = messages.filtered(lambda message: message._may_have_arrived())
            wizard.doubtful_count = len(doubtful)
            wizard.sure_count = len(messages - doubtful)

    # === ACTIONS === #

    def action_send_all(self):
        """Send all of them again, at the risk of doubling some.

        :return: an action showing the new messages
        """
        self.ensure_one()
        return self.message_ids._send_again()

    def action_send_sure(self):
        """Send again only what surely did not arrive.

        :return: an action showing the new messages
        """
        self.ensure_one()
        return self.message_ids.filtered(
            lambda message: not message._may_have_arrived()
        )._send_again()

    # === BUSINESS METHODS === #

    @api.model
    def _ask(self, messages):
        """:param bti.message messages: what somebody wants to send again
        :return: an action that opens the question
        """
        wizard = self.create({"message_ids": [Command.set(messages.ids)]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Again?"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

from odoo import api, fields, models
from odoo.exceptions import UserError


class BtiPageAnswer(models.TransientModel):
    """Answer a comment, in public or in private."""

    _name = "bti.page.answer"
    _inherit = "bti.wizard.mixin"
    _description = "Answer a Comment"

    comment_id = fields.Many2one("bti.page.comment", required=True, readonly=True)
    author_name = fields.Char(related="comment_id.author_name")
    comment_text = fields.Text(related="comment_id.text", string="Wrote")
    private_until = fields.Datetime(related="comment_id.private_until")
    private = fields.Boolean(readonly=True)
    refusal = fields.Char(compute="_compute_refusal")
    text = fields.Text(string="Answer", compute="_compute_text", store=True, readonly=False)

    @api.depends("comment_id", "private")
    def _compute_refusal(self):
        for wizard in self:
            comment = wizard.comment_id
            if wizard.private:
                wizard.refusal = comment._get_private_refusal()
            else:
                wizard.refusal = comment.date_removed and self.env._("The comment was removed.")

    @api.depends("comment_id", "private")
    def _compute_text(self):
        for wizard in self:
            wizard.text = wizard.comment_id._propose_answer(wizard.private)

    def action_send(self):
        """Have the answer sent by the Page's job."""
        self.ensure_one()
        comment = self.comment_id
        comment._bti_check_agent()
        text = (self.text or "").strip()
        if not text:
            raise UserError(self.env._("Write an answer."))
        if self.refusal:
            raise UserError(self.refusal)
        # sudo: nobody writes comments and messages; the check above is the right to answer
        if self.private:
            comment.sudo()._reply_privately(text)
        else:
            comment.sudo()._queue_action("answer", text)
        return {"type": "ir.actions.act_window_close"}

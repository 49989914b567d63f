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
    can_make_lead = fields.Boolean(compute="_compute_can_make_lead")
    make_lead = fields.Boolean(
        string="Make a Lead Too",
        compute="_compute_make_lead",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

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

    @api.depends("comment_id")
    @api.depends_context("uid")
    def _compute_can_make_lead(self):
        for wizard in self:
            comment = wizard.comment_id
            possible = comment.can_make_lead and not comment.is_own and not comment.is_lead
            wizard.can_make_lead = possible

    @api.depends("comment_id", "private")
    def _compute_make_lead(self):
        for wizard in self:
            wizard.make_lead = (
                wizard.private and wizard.can_make_lead and wizard.comment_id._is_enquiry()
            )

    def action_send(self):
        """Have the answer sent by the Page's job, and make a lead too if that is wanted."""
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
        done = {"type": "ir.actions.act_window_close"}
        lead = self._make_lead() if self.make_lead and self.can_make_lead else None
        return self._tell_lead(lead, done) if lead else done

    # === HOOKS === #

    def _make_lead(self):
        """Hook: make the lead of the comment that is being answered.

        :return: the lead, or None
        """
        return self.comment_id._become_lead()

    def _tell_lead(self, lead, done):
        """:return: action that shows the way to the lead, then goes on with another action"""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The answer is on its way. %s"),
                "links": [
                    # sudo: the name of what the user has just made
                    {
                        "label": lead.sudo().display_name,
                        "url": f"/odoo/{lead._name}/{lead.id}",
                    }
                ],
                "next": done,
            },
        }

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...gateways.base import OutgoingMessage, PermanentError
from ...gateways.content import Address, AddressKind, Content
from ...tools import language
from .bti_page_comment import PRIVATE_ITEMS, PRIVATE_WINDOW


class BtiPageComment(models.Model):
    """What we do about a comment: rows that the Page's job works off, nothing is sent here."""

    _inherit = "bti.page.comment"

    # === FIELDS === #

    action_ids = fields.One2many("bti.page.action", "comment_id", string="What Was Done")
    rule_id = fields.Many2one(
        "bti.page.rule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The rule that dealt with the comment.",
    )
    private_reply_ids = fields.One2many("bti.message", "page_comment_id", string="Private Replies")
    private_reply_id = fields.Many2one("bti.message", compute="_compute_private_reply_id")
    private_reply_state = fields.Selection(
        selection="_selection_private_reply_state",
        string="Private Reply Is",
        compute="_compute_private_reply_id",
    )
    private_until = fields.Datetime(
        string="Private Reply Until",
        compute="_compute_private_until",
        help="One private message may answer a comment, within seven days.",
    )
    can_reply_privately = fields.Boolean(
        compute="_compute_can_reply_privately", search="_search_can_reply_privately"
    )

    @api.model
    def _selection_private_reply_state(self):
        return self.env["bti.message"]._selection_display_state()

    # === COMPUTE METHODS === #

    @api.depends("private_reply_ids.state", "private_reply_ids.display_state")
    def _compute_private_reply_id(self):
        for comment in self:
            replies = comment.private_reply_ids.sorted("id")
            alive = replies.filtered(lambda item: item.state not in ("failed", "canceled"))
            comment.private_reply_id = (alive or replies)[-1:]
            comment.private_reply_state = comment.private_reply_id.display_state

    @api.depends("date", "item", "is_own")
    def _compute_private_until(self):
        for comment in self:
            possible = comment.item in PRIVATE_ITEMS and not comment.is_own
            comment.private_until = possible and comment.date + PRIVATE_WINDOW

    @api.depends("private_until", "date_removed", "private_reply_ids.state")
    def _compute_can_reply_privately(self):
        for comment in self:
            comment.can_reply_privately = not comment._get_private_refusal()

    def _search_can_reply_privately(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        alive = Domain("state", "not in", ["failed", "canceled"])
        return (
            Domain("item", "in", PRIVATE_ITEMS)
            & Domain("is_own", "=", False)
            & Domain("date_removed", "=", False)
            & Domain("date", ">", fields.Datetime.now() - PRIVATE_WINDOW)
            & ~Domain("private_reply_ids", "any", alive)
        )

    # === ACTIONS === #

    def action_answer(self):
        """Open the wizard that answers in public."""
        return self._open_wizard(self.env._("Answer in Public"), private=False)

    def action_reply_privately(self):
        """Open the wizard that answers the author in private."""
        return self._open_wizard(self.env._("Private Reply"), private=True)

    def _open_wizard(self, title, private):
        self.ensure_one()
        self._bti_check_agent()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "bti.page.answer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_comment_id": self.id, "default_private": private},
        }

    def action_hide(self):
        """Leave the comments to their authors and their friends."""
        self._queue_for_agent("hide", lambda comment: not comment.is_hidden)

    def action_unhide(self):
        """Show hidden comments to everybody."""
        self._queue_for_agent("unhide", lambda comment: comment.is_hidden)

    def action_delete(self):
        """Delete the comments on Facebook, for good; they stay here, marked."""
        self._queue_for_agent("delete")

    def action_like(self):
        """Like the comments as the Page."""
        self._queue_for_agent("like", lambda comment: not comment.is_liked)

    def action_unlike(self):
        """Take the Page's like back."""
        self._queue_for_agent("unlike", lambda comment: comment.is_liked)

    def action_settle(self):
        """Say that the comments need no answer."""
        self._bti_check_agent()
        # sudo: nobody writes comments; the check above is the right to do this
        self.sudo().is_answered = True

    def _queue_for_agent(self, kind, wanted=None):
        self._bti_check_agent()
        # sudo: as in action_settle
        for comment in self.sudo():
            if not comment.date_removed and (wanted is None or wanted(comment)):
                comment._queue_action(kind)

    # === BUSINESS METHODS === #

    def _queue_action(self, kind, text="", rule=None):
        """Have something done by the Page's job; what waits already is not asked for twice.

        :param str kind: as of ``bti.page.action``
        :param str text: of an answer
        :param bti.page.rule rule: that asks for it, if one does
        :return: the row
        """
        self.ensure_one()
        same = self.action_ids.filtered(
            lambda item: (
                item.kind == kind and (item.text or "") == text and item.state in ("new", "sending")
            )
        )
        if same:
            return same[:1]
        self.action_ids.filtered(
            # what nobody has begun yet is taken back by its contrary
            lambda item: item.kind == CONTRARY.get(kind) and item.state == "new"
        ).state = "canceled"
        action = self.env["bti.page.action"].create(
            {
                "channel_id": self.channel_id.id,
                "comment_id": self.id,
                "kind": kind,
                "text": text,
                "rule_id": rule.id if rule else False,
                "user_id": False if rule else self.env.uid,
            }
        )
        self.channel_id._wake()
        return action

    def _get_private_refusal(self):
        """:return: why the author cannot be written to in private, for people, or False"""
        self.ensure_one()
        if self.is_own or self.item not in PRIVATE_ITEMS:
            return self.env._("Only comments and posts of visitors can be answered in private.")
        if self.date_removed:
            return self.env._("The comment was removed.")
        reply = self.private_reply_id
        if reply and reply.state not in ("failed", "canceled"):
            return self.env._("The comment has had its one private reply already.")
        if not self.private_until or self.private_until <= fields.Datetime.now():
            return self.env._("A private reply is possible within seven days only.")
        return False

    def _reply_privately(self, text, personal=True):
        """Write the one private reply into the outbox.

        :param str text: what to tell the author
        :param bool personal: a person wrote it, no rule
        :return: the message
        :raise UserError: the comment cannot be answered so, or not with this text
        """
        self.ensure_one()
        if refusal := self._get_private_refusal():
            raise UserError(refusal)
        channel = self.channel_id
        address = Address(AddressKind.COMMENT, self.external_id, channel.external_id or "")
        try:
            channel._get_gateway().check(OutgoingMessage("check", address, Content(text=text)))
        except PermanentError as error:
            raise UserError(
                self.env._("Nothing was sent: %(reason)s", reason=error.detail)
            ) from None
        person = self.identity_id._get_main() if self.identity_id else self.identity_id
        message = self.env["bti.message"].create(
            {
                "channel_id": channel.id,
                "company_id": self.company_id.id,
                "number": person.external_id or self.author_id or self.external_id,
                "identity_id": person.id,
                "partner_id": person.partner_id.id,
                "body": text,
                "purpose": "transactional",
                "is_pinned": True,
                "is_personal": personal,
                "res_model": self._name,
                "res_id": self.id,
                "page_comment_id": self.id,
            }
        )
        self.invalidate_recordset(["private_reply_ids", "private_reply_id"])
        return message

    # === BUSINESS METHODS: TEXTS === #

    def _get_text_values(self):
        """Hook: what may stand in braces in the texts of rules and answers.

        :return: {name: text}
        :rtype: dict[str, str]
        """
        return self._get_public_text_values()

    def _get_public_text_values(self):
        """:return: of :meth:`_get_text_values`, what everybody below the post may read
        :rtype: dict[str, str]
        """
        self.ensure_one()
        return {"name": self.author_name or "", "company": self.company_id.name}

    def _for_author(self):
        """:return: the same in the language in which its author is answered: that of his contact,
        else that of his words here, else as he is answered elsewhere
        """
        self.ensure_one()
        person = self.identity_id._get_main() if self.identity_id else self.identity_id
        # sudo: the language of the contact, whatever the agent may read of him
        known = person.sudo().partner_id.lang
        guess = known or language.guess(self.text)
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        same = [code for code in installed if code.partition("_")[0] == guess]
        lang = next((code for code in (known, *same) if code in installed), None)
        if not lang and person:
            lang = person._get_answer_lang()
        return self.with_context(lang=lang or self._for_readers().env.lang)

    def _propose_answer(self, private):
        """Hook: what the wizard proposes to answer.

        :param bool private: to the author alone
        :rtype: str
        """
        return ""


# what takes an action back
CONTRARY = {"hide": "unhide", "unhide": "hide", "like": "unlike", "unlike": "like"}

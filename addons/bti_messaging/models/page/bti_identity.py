from odoo import fields, models
from odoo.fields import Domain


class BtiIdentity(models.Model):
    """The author of comments. He can be written to once the network told his name on Messenger."""

    _inherit = "bti.identity"

    # === FIELDS === #

    comment_ids = fields.One2many("bti.page.comment", "identity_id", string="Comments")
    comment_count = fields.Integer(string="# Comments", compute="_compute_comment_count")

    # === COMPUTE METHODS === #

    def _compute_comment_count(self):
        comments = self.env["bti.page.comment"]
        for identity in self:
            identity.comment_count = comments.search_count(identity._get_comments_domain())

    # === ACTIONS === #

    def action_view_comments(self):
        """Open what the correspondent wrote on our Pages."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_page_comment_action"
        )
        return {**action, "domain": list(self._get_comments_domain()), "context": {}}

    # === BUSINESS METHODS === #

    def _get_comments_domain(self):
        return Domain("identity_id", "in", (self | self.alias_ids)._origin.ids)

    def _get_reachable(self):
        """:return: the name by which an author of comments is written to on Messenger, or none"""
        self.ensure_one()
        names = (self | self.alias_ids).filtered(
            lambda name: name.kind == "psid" and not name.superseded_on
        )
        return names[:1]

    def _get_address(self):
        if self.kind == "facebook" and (psid := self._get_reachable()):
            return super(BtiIdentity, psid)._get_address()
        return super()._get_address()

    def _find_channel(self):
        if self.kind != "facebook":
            return super()._find_channel()
        psid = self._get_reachable()
        return psid._find_channel() if psid else self.env["bti.channel"]

    def _is_new(self):
        return super()._is_new() and not self.comment_ids

    def _learn_address(self, address):
        """The network tells by what other name this person is reached.

        Whom it reaches is he: when he has written under that name before, what he wrote on the
        Page becomes his. Two who are different contacts stay two, for a person to decide.

        :param Address address: as the network gives it
        """
        self.ensure_one()
        other = self._find_or_create(self.company_id, address)._get_main()
        if other == self:
            return
        if other._is_new():
            other.alias_of_id = self
        elif not self.alias_ids and not (
            self.partner_id and other.partner_id and self.partner_id != other.partner_id
        ):
            if self.partner_id and not other.partner_id:
                other._link(self.partner_id)
            self.message_ids.write({"identity_id": other.id, "partner_id": other.partner_id.id})
            self.comment_ids.identity_id = other
            self.alias_of_id = other

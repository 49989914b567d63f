from odoo import api, fields, models

from ...gateways.content import Address, AddressKind


class BtiMessage(models.Model):
    """The private reply to a comment: it goes to the comment, its author is known afterwards."""

    _inherit = "bti.message"

    # === FIELDS === #

    page_comment_id = fields.Many2one(
        "bti.page.comment",
        string="Comment",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _page_comment_uniq = models.UniqueIndex(
        "(page_comment_id) WHERE page_comment_id IS NOT NULL"
        " AND state NOT IN ('failed', 'canceled')",
        "The comment has had its one private reply already.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _has_recipient(self, vals):
        return super()._has_recipient(vals) or bool(vals.get("page_comment_id"))

    def _get_recipient(self):
        comment = self.page_comment_id
        if not comment:
            return super()._get_recipient()
        page = comment.channel_id.external_id
        return Address(AddressKind.COMMENT, comment.external_id, page or "")

    def _learn_addresses(self, addresses):
        result = super()._learn_addresses(addresses)
        comment = self.page_comment_id
        if comment and not self.identity_id:
            # the network did not tell who wrote the comment; now it does
            self.identity_id = self.env["bti.identity"]._get_person(
                self.company_id, addresses, comment.author_name
            )
            comment.identity_id = self.identity_id
        elif comment:
            for address in addresses:
                self.identity_id._get_main()._learn_address(address)
        return result

    def _after_state_change(self, newly_sent):
        result = super()._after_state_change(newly_sent)
        newly_sent.page_comment_id.is_answered = True
        return result

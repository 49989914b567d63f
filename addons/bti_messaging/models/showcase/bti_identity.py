from markupsafe import escape

from odoo import fields, models
from odoo.fields import Domain


class BtiIdentity(models.Model):
    """Who came by which of our links."""

    _inherit = "bti.identity"

    # === FIELDS === #

    page_link_id = fields.Many2one(
        "bti.page.link",
        string="Came by the Link",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The link or QR code of ours by which this person last came.",
    )

    # === BUSINESS METHODS === #

    def _note_referral(self, referral, date):
        result = super()._note_referral(referral, date)
        ref = referral and referral.get("ref")
        if ref and self.referral == referral:
            self.page_link_id = (
                self.env["bti.page.link"]
                .with_context(active_test=False)
                .search(
                    Domain("ref", "=", ref) & Domain("company_id", "=", self.company_id.id),
                    limit=1,
                )
            )
        return result

    def _get_referral_text(self):
        link = self._get_referral_link()
        return link.name if link else super()._get_referral_text()

    def _get_referral_link(self):
        """:return: our link by which the person last came, or none: he came by an advert since
        :rtype: bti.page.link
        """
        self.ensure_one()
        link = self.page_link_id
        return link if link.ref == (self.referral or {}).get("ref") else link.browse()


class DiscussChannel(models.Model):
    """The agents find the document that a client comes to talk about."""

    _inherit = "discuss.channel"

    # === BUSINESS METHODS === #

    def _bti_get_facts(self):
        return [*super()._bti_get_facts(), *self._bti_get_link_facts()]

    def _bti_tell_referral(self):
        result = super()._bti_tell_referral()
        for fact in self._bti_get_link_facts():
            self._bti_note(fact)
        return result

    def _bti_get_link_facts(self):
        """:return: a line with the document that the link is about, if it is about any
        :rtype: list[Markup]
        """
        self.ensure_one()
        link = self.bti_identity_id._get_referral_link()
        # sudo: the agents are told of it, its screen opens with their own rights
        document = link and link.sudo()._get_document()
        if not document:
            return []
        return [escape(self.env._("It is about %(link)s.", link=document._get_html_link()))]

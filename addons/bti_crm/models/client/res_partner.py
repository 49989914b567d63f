from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The kind of a client, and what his file counts of his and his contacts'."""

    _inherit = "res.partner"

    client_kind_id = fields.Many2one(
        "bti.client.kind",
        index="btree_not_null",
        ondelete="restrict",
    )
    is_client = fields.Boolean(compute="_compute_is_client", search="_search_is_client")

    # === COMPUTE METHODS === #

    def _compute_is_client(self):
        clients = self.search(Domain("id", "in", self.ids) & Domain("is_client", "=", True))
        for partner in self:
            partner.is_client = partner in clients

    def _search_is_client(self, operator, value):
        if operator != "in":
            return NotImplemented
        own = self._get_client_domain()
        # whose contact asked or ordered is one, too
        return own | Domain("child_ids", "any", own)

    # === BUSINESS METHODS === #

    @api.model
    def _get_client_domain(self):
        """Hook: what makes somebody a client, be it the first time that he asks.

        :rtype: Domain
        """
        # a colleague's client is one too: only whether there is an enquiry, not which
        asked = Domain("opportunity_ids", "any!", Domain.TRUE)
        return Domain("client_kind_id", "!=", False) | asked

    def _commercial_fields(self):
        """Contacts of a company are clients of the same kind."""
        return [*super()._commercial_fields(), "client_kind_id"]

    def _bti_count_with_contacts(self, model, domain=Domain.TRUE):
        """Count records of each of these contacts, those of the contacts below it included.

        For the buttons of the client's file. Counted are the records that the user may read.

        :param str model: a model with ``partner_id``
        :param domain: records that count
        :rtype: Counter[res.partner, int]
        """
        below = self._fetch_children_partners_for_hierarchy()
        counts = Counter()
        for partner, count in self.env[model]._read_group(
            Domain("partner_id", "in", below.ids) & domain, ["partner_id"], ["__count"]
        ):
            while partner:
                counts[partner] += count
                partner = partner.parent_id
        return counts

    def _bti_view_with_contacts(self, action, domain=Domain.TRUE):
        """Open what :meth:`_bti_count_with_contacts` counts.

        :param str action: external id of the window action
        :param domain: records that count
        :rtype: dict
        """
        below = self._fetch_children_partners_for_hierarchy()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(action),
            "domain": list(Domain("partner_id", "in", below.ids) & domain),
            "context": {"create": False},
        }

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

# Kinds of stages between the yard and the site.
ON_THE_WAY = ("left", "arrived")
# So many documents of each kind are proposed.
PROPOSED = 5
# What was done since may still be written about.
RECENT = timedelta(days=14)


class ResPartner(models.Model):
    """The documents of a client to which a photo may belong."""

    _inherit = "res.partner"

    def _bti_get_filing_documents(self, company):
        deliveries = self._bti_get_filing_deliveries(company)
        orders = self.env["sale.order"].search(
            Domain("partner_id", "child_of", self.commercial_partner_id.id)
            & Domain("company_id", "=", company.id)
            & Domain("state", "in", ("draft", "sent", "sale"))
            & Domain("write_date", ">=", fields.Datetime.now() - 6 * RECENT),
            order="id desc",
            limit=PROPOSED,
        )
        return [*deliveries, *orders, *super()._bti_get_filing_documents(company)]

    def _bti_get_filing_deliveries(self, company):
        """:param res.company company: which makes them
        :return: deliveries of this client that are planned, on the way or recent; those on the
        way first
        :rtype: stock.picking
        """
        since = fields.Datetime.now() - RECENT
        found = self.env["stock.picking"].search(
            self._bti_get_deliveries_domain()
            & Domain("company_id", "=", company.id)
            & (Domain("state", "!=", "done") | Domain("date_done", ">=", since)),
            order="id desc",
            limit=4 * PROPOSED,
        )
        return found.sorted(lambda picking: picking.stage_kind not in ON_THE_WAY)[:PROPOSED]

    def _bti_get_deliveries_domain(self):
        """:return: the deliveries to this client, or to his sites
        :rtype: Domain
        """
        client = self.commercial_partner_id.id
        return (
            (
                Domain("partner_id", "child_of", client)
                | Domain("sale_id.partner_id", "child_of", client)
            )
            & Domain("stage_id", "!=", False)
            & Domain("state", "!=", "cancel")
            & Domain("replacement_id", "=", False)
        )

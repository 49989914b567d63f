from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.fields import Domain

from .res_partner import ON_THE_WAY


class BtiFilingRule(models.Model):
    """Rules that know deliveries and orders."""

    _inherit = "bti.filing.rule"

    target = fields.Selection(
        selection_add=[
            ("delivery", "The Delivery that Is on the Way or Arrived Today"),
            ("order", "His Only Open Order"),
        ],
        ondelete={"delivery": "cascade", "order": "cascade"},
    )

    def _find_delivery(self, partner):
        """Hook: the deliveries that are on the way to a client, or came today."""
        today = self._get_start_of_today()
        arrived = Domain(
            "step_ids",
            "any",
            [("stage_id.kind", "in", ("arrived", "delivered")), ("date", ">=", today)],
        )
        return self.env["stock.picking"].search(
            partner._bti_get_deliveries_domain()
            & Domain("company_id", "=", self.company_id.id)
            & (Domain("stage_id.kind", "in", ON_THE_WAY) | arrived),
            limit=2,
        )

    def _find_order(self, partner):
        """Hook: the orders of a client that are not delivered yet."""
        return self.env["sale.order"].search(
            Domain("partner_id", "child_of", partner.commercial_partner_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "sale")
            & Domain("delivery_status", "in", ("pending", "started", "partial")),
            limit=2,
        )

    def _get_start_of_today(self):
        """:return: midnight where the company is, as UTC
        :rtype: datetime
        """
        # nobody at a screen has a time zone here: it is the company's
        zone = ZoneInfo(self.company_id.messaging_tz)
        now = fields.Datetime.now().replace(tzinfo=UTC).astimezone(zone)
        midnight = datetime.combine(now.date(), time.min, zone)
        return midnight.astimezone(UTC).replace(tzinfo=None)

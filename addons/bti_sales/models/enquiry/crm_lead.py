from collections import defaultdict

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from odoo.addons.bti_messaging.tools.plural import listed

from ...tools import counts, loading, quantity_entry


class CrmLead(models.Model):
    _inherit = "crm.lead"

    # === ACTIONS === #

    def action_sale_quotations_new(self):
        """An enquiry with lines of need becomes a quotation with these lines.

        Once quotations exist, or without needs, Odoo's own empty quotation is opened.
        """
        if self.need_ids and not self.order_ids:
            return self.action_quote_needs()
        return super().action_sale_quotations_new()

    def action_quote_needs(self):
        """Make the quotations of the lead's needs, one per site, and open them.

        The client is found by e-mail or phone, or created; a lead becomes an opportunity.

        :return: action of the quotation, or of the list when there are several sites
        :raise UserError: when none of the needs can be sold
        """
        self.ensure_one()
        needs = self.need_ids.filtered(lambda need: need.product_id.sale_ok)
        if not needs:
            raise UserError(
                self.env._("None of the needs names a product that can be sold: nothing to quote.")
            )
        partner = self._get_quotation_partner()
        needs_by_site = defaultdict(self.env["bti.need"].browse)
        for need in needs:
            needs_by_site[need._get_site_key()] |= need
        orders = self.env["sale.order"].create(
            [
                self._prepare_need_order_vals(partner, site_needs)
                for site_needs in needs_by_site.values()
            ]
        )
        for order, site_needs in zip(orders, needs_by_site.values(), strict=True):
            site_needs._log_pallet_advice(order)
        self._log_needs_not_quoted(self.need_ids - needs)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "sale.action_quotations_with_onboarding"
        )
        action["context"] = self._prepare_opportunity_quotation_context()
        if len(orders) == 1:
            action["views"] = [(self.env.ref("sale.view_order_form").id, "form")]
            action["res_id"] = orders.id
        else:
            action["domain"] = [("id", "in", orders.ids)]
        return action

    # === BUSINESS METHODS === #

    def _get_quotation_partner(self):
        """The client of the lead: his own, else the only one with this e-mail or phone, else new.

        :rtype: res.partner
        """
        self.ensure_one()
        partner = self.partner_id or self._find_matching_partner()
        if not partner and self.phone_sanitized:
            numbers = [number.e164 for number in self._bti_read_numbers(self.phone)]
            matches = self.env["res.partner"].search([("phone_numbers", "in", numbers)], limit=2)
            partner = matches if len(matches) == 1 else partner
        if self.type == "lead":
            self.convert_opportunity(partner)
        if partner != self.partner_id or not partner:
            self._handle_partner_assignment(
                force_partner_id=partner.id or False, create_missing=not partner
            )
        return self.partner_id

    def _prepare_need_order_vals(self, partner, needs):
        """Values of the quotation for the needs of one site.

        :param partner: the client
        :param needs: ``bti.need`` records that share their site
        :rtype: dict
        """
        self.ensure_one()
        context = self._prepare_opportunity_quotation_context()
        vals = {
            key.removeprefix("default_"): value
            for key, value in context.items()
            if key.startswith("default_")
        }
        wanted_dates = [need.wanted_date for need in needs if need.wanted_date]
        if wanted_dates:
            vals["commitment_date"] = fields.Datetime.to_datetime(min(wanted_dates))
        address = needs[0]._get_site_partner(partner)
        vals.update(
            {
                "partner_id": partner.id,
                "partner_shipping_id": (address or partner).id,
                "order_line": [
                    fields.Command.create(need._prepare_order_line_vals()) for need in needs
                ],
            }
        )
        return vals

    def _log_needs_not_quoted(self, needs):
        """Keep trace of what the client wants and cannot buy yet."""
        if needs:
            names = listed(
                self.env, (need.product_id.display_name or need.display_name for need in needs)
            )
            self._message_log(
                body=self.env._("Not on sale, left out of the quotation: %(names)s", names=names)
            )


class BtiNeed(models.Model):
    _inherit = "bti.need"

    def _get_site_key(self):
        """What makes two needs go to the same site: the same key."""
        self.ensure_one()
        return (
            (self.site_street or "").strip().casefold(),
            self.site_state_id.id,
            self.site_city_id.id,
        )

    def _get_site_partner(self, partner):
        """The client's delivery address for this need's site, created when it is new.

        :param partner: the client
        :return: ``res.partner``, empty when the need names no site
        """
        self.ensure_one()
        if not any(self._get_site_key()):
            return self.env["res.partner"]
        company, street = self.company_id, self.site_street or ""
        address = partner._find_site(company, self.site_state_id, self.site_city_id, street)
        if address:
            return address
        vals = partner._prepare_site_vals(company, self.site_state_id, self.site_city_id, street)
        return self.env["res.partner"].create({**vals, "site_access": self.site_access})

    def _get_quoted_form(self):
        """Delivery form of the quoted line: whole pallets only when the pieces fill them.

        :return: ``(delivery form, whole pallets)``; 0 pallets when the line is in pieces
        """
        self.ensure_one()
        size = self.product_id.product_tmpl_id._get_pallet_size(self.company_id)
        form = self.delivery_form or loading.usual_form(size)
        if not size:
            return loading.FORM_LOOSE, 0
        full_pallets, loose_pieces = loading.split_pallets(self.pieces, size)
        if form == loading.FORM_PALLET:
            return (form, full_pallets) if not loose_pieces else (loading.FORM_MIXED, 0)
        return form, 0

    def _prepare_order_line_vals(self):
        """Values of the order line for this need: in pallets when it fills whole ones.

        :rtype: dict
        """
        self.ensure_one()
        form, pallets = self._get_quoted_form()
        vals = {
            "product_id": self.product_id.id,
            "product_uom_qty": pallets or self.pieces,
            "product_uom_id": (
                self.product_id.product_tmpl_id._get_pallet_uom(self.company_id)
                if pallets
                else self.product_id.uom_id
            ).id,
        }
        if self.product_id.product_tmpl_id._is_counted_in_pieces():
            vals["delivery_form"] = form
        if self.entry_unit and self.entry_unit != quantity_entry.PIECE:
            # the line keeps it as long as it makes the same pieces there
            vals.update(entry_quantity=self.entry_quantity, entry_unit=self.entry_unit)
        return vals

    def _log_pallet_advice(self, order):
        """Tell the rep which needs asked for pallets but do not fill them.

        :param order: the quotation made of these needs
        """
        advice = []
        for need in self:
            size = need.product_id.product_tmpl_id._get_pallet_size(order.company_id)
            if need.delivery_form != loading.FORM_PALLET or not size:
                continue
            below, above = loading.nearest_multiples(need.pieces, size)
            if below != above:
                advice.append(
                    self.env._(
                        "%(product)s: %(pieces)s asked on pallets; whole pallets are %(below)s"
                        " or %(above)s.",
                        product=need.product_id.display_name,
                        pieces=counts.pieces(self.env, need.pieces),
                        below=formatLang(self.env, below, digits=0),
                        above=counts.pieces(self.env, above),
                    )
                )
        if advice:
            order._message_log(body=Markup("<br/>").join(advice))

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.bti_messaging.tools.readers import in_language_of


class SaleOrder(models.Model):
    """Services around the delivery, charged on the order or offered to the client."""

    _inherit = "sale.order"

    def _get_update_prices_lines(self):
        """Services have the price of their own table, not that of a price list."""
        lines = super()._get_update_prices_lines()
        return lines.filtered(lambda line: not line.transport_option_id)

    def action_open_transport_options(self):
        """Choose the services around the delivery."""
        self.ensure_one()
        options = self.env["bti.transport.option"].search(
            self.env["bti.transport.option"]._check_company_domain(self.company_id)
        )
        if not options:
            if options.has_access("create"):
                raise UserError(
                    self.env._(
                        "There is no delivery service yet: add crane unloading or waiting time"
                        " under Configuration > Transport."
                    )
                )
            raise UserError(
                self.env._(
                    "There is no delivery service yet: the sales manager can add crane unloading"
                    " or waiting time."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Unloading and Waiting"),
            "res_model": "bti.transport.option.add",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _set_transport_options(self, services, optional):
        """Put services on the order; those that are there already are brought up to date.

        :param services: ``(option, quantity, unit price)``
        :param bool optional: under an optional section, at nothing until the client takes it; a
            service is then offered as one job, so that the client has one thing to say yes to
        """
        self.ensure_one()
        order = in_language_of(self, self.partner_id)
        options = self.env["bti.transport.option"].union(*(option for option, *_ in services))
        former = order.order_line.filtered(lambda line: line.transport_option_id in options)
        if any(line.qty_invoiced for line in former):
            raise UserError(self.env._("A service that is invoiced already cannot be changed."))
        former.unlink()
        if optional:
            section = order.order_line.filtered(
                lambda line: line.is_optional and line.transport_section
            )
            if not section:
                last = max(order.order_line.mapped("sequence"), default=0)
                section = order.env["sale.order.line"].create(
                    order._prepare_transport_section_vals(last + 1)
                )
            sequence = section[0].sequence
        else:
            sequence = order._make_room_before_options()
        vals_list = []
        for option, quantity, price in services:
            option = option.with_context(lang=order.env.lang)
            vals_list.append(
                {
                    "order_id": order.id,
                    "product_id": option.product_id.id,
                    "name": option._get_line_name(quantity) if optional else option.name,
                    "product_uom_qty": 0 if optional else quantity,
                    "price_unit": quantity * price if optional else price,
                    # a price of its own: the product's must not come back with a new quantity
                    "technical_price_unit": 0.0,
                    "transport_option_id": option.id,
                    "sequence": sequence,
                }
            )
        order.env["sale.order.line"].create(vals_list)

    def _prepare_transport_section_vals(self, sequence):
        return {
            "order_id": self.id,
            "display_type": "line_section",
            "name": self.env._("On site, if you wish"),
            "is_optional": True,
            "transport_section": True,
            "sequence": sequence,
            "product_uom_qty": 0,
        }

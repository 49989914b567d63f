from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools import counts


class TransportOptionAdd(models.TransientModel):
    """Put services around the delivery on an order, as choices of the client or for good."""

    _name = "bti.transport.option.add"
    _inherit = "bti.wizard.mixin"
    _description = "Add Delivery Services"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="order_id.currency_id")
    company_id = fields.Many2one(related="order_id.company_id")
    truck_count = fields.Integer(related="order_id.truck_count")
    total_pallets = fields.Integer(related="order_id.total_pallets")
    line_ids = fields.One2many(
        "bti.transport.option.add.line",
        "wizard_id",
        "Services",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("order_id")
    def _compute_line_ids(self):
        for wizard in self:
            order = wizard.order_id
            Option = self.env["bti.transport.option"].with_company(order.company_id)
            options = Option.search(Option._check_company_domain(order.company_id))
            wizard.line_ids = [
                Command.clear(),
                *(Command.create(wizard._prepare_line_vals(option)) for option in options if order),
            ]

    def _prepare_line_vals(self, option):
        order = self.order_id
        price = option.currency_id._convert(
            option.price,
            order.currency_id,
            order.company_id,
            order.date_order or order.company_id._bti_today(),
        )
        return {
            "option_id": option.id,
            "selected": True,
            "minutes": option.minutes,
            "quantity": option._get_quantity(order),
            "price": price,
        }

    # === ACTIONS === #

    def action_offer(self):
        """Offer the services under an optional section: the client takes them in the portal."""
        self._apply(optional=True)

    def action_add(self):
        """Charge the services on the order."""
        self._apply(optional=False)

    def _apply(self, optional):
        self.ensure_one()
        order = self.order_id
        chosen = self.line_ids.filtered("selected")
        if not chosen:
            raise UserError(self.env._("Choose at least one service."))
        if any(line.quantity < 0 for line in chosen):
            raise UserError(self.env._("A quantity cannot be negative."))
        empty = chosen.filtered(lambda line: not line.quantity)
        if empty:
            raise UserError(
                self.env._(
                    "%(service)s: the order has no such load yet (%(pallets)s, %(trucks)s)."
                    " Enter a quantity or untick it.",
                    service=empty[0].option_id.name,
                    pallets=counts.full_pallets(self.env, order.total_pallets),
                    trucks=counts.trucks(self.env, order.truck_count),
                )
            )
        order._set_transport_options(
            [(line.option_id, line.quantity, line.price) for line in chosen], optional
        )


class TransportOptionAddLine(models.TransientModel):
    _name = "bti.transport.option.add.line"
    _inherit = "bti.wizard.mixin"
    _description = "Delivery Service to Add"

    wizard_id = fields.Many2one(
        "bti.transport.option.add", required=True, ondelete="cascade", index=True
    )
    option_id = fields.Many2one(
        "bti.transport.option", "Service", required=True, readonly=True, ondelete="cascade"
    )
    basis = fields.Selection(related="option_id.basis")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    selected = fields.Boolean("Take", default=True)
    minutes = fields.Integer("Minutes per truck")
    quantity = fields.Integer(
        compute="_compute_quantity", store=True, readonly=False, precompute=True
    )
    price = fields.Monetary("Unit price")
    amount = fields.Monetary(compute="_compute_amount")

    @api.depends("minutes")
    def _compute_quantity(self):
        for line in self:
            option = line.option_id
            if option.basis == "half_hour":
                line.quantity = line.wizard_id.order_id.truck_count * option._count_half_hours(
                    line.minutes
                )

    @api.depends("quantity", "price")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.price

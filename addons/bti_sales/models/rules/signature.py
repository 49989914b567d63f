from odoo import api, fields, models
from odoo.tools import format_datetime, formatLang

from ...tools.order_content import get_mark


class SaleOrder(models.Model):
    """What the client signed: an order that became another one does not carry his signature.

    Nothing watches the lines: what was signed is kept and compared when somebody looks. An order
    that is changed back is what was signed again.
    """

    _inherit = "sale.order"

    # who signs is the client: nobody in the office can write that he has signed something else
    signed_content = fields.Json(
        copy=False,
        groups="base.group_system",
        help="Goods, prices and total of the order when it was signed.",
        prefetch=False,
    )
    signature_note = fields.Char(
        compute="_compute_signature_note",
        help="What was signed, when the order is not that any more.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "signed_on",
        "signed_by",
        "amount_total",
        "order_line.product_id",
        "order_line.product_uom_id",
        "order_line.product_uom_qty",
        "order_line.price_unit",
        "order_line.discount",
    )
    @api.depends_context("lang", "tz")
    def _compute_signature_note(self):
        for order in self:
            order.signature_note = False
            if not order.signed_on or not order._is_changed_since_signature():
                continue
            # sudo: the office reads what was signed here, in words
            signed = order.sudo().signed_content
            values = {
                "name": order.signed_by or order.partner_id.name,
                "date": format_datetime(self.env, order.signed_on, dt_format="short"),
                "signed": formatLang(self.env, signed["total"], currency_obj=order.currency_id),
                "total": formatLang(self.env, order.amount_total, currency_obj=order.currency_id),
            }
            order.signature_note = self.env._(
                "Signed by %(name)s on %(date)s for %(signed)s. The order was changed afterwards"
                " and comes to %(total)s: what was signed is another order.",
                **values,
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        for order, vals in zip(orders, vals_list, strict=True):
            if vals.get("signature"):
                order._keep_signed_content()
        return orders

    def write(self, vals):
        res = super().write(vals)
        if "signature" in vals:
            for order in self:
                order._keep_signed_content()
        return res

    # === BUSINESS METHODS === #

    def _keep_signed_content(self):
        """Keep what is signed; a signature that the office puts in is told from the client's."""
        self.ensure_one()
        if not self.signature:
            self.sudo().signed_content = False
            return
        content = self._get_content()
        if not self.env.su:  # in the portal the link signs, not a user with rights on orders
            content["office"] = self.env.uid
            self.message_post(
                body=self.env._("Signature put in by %(user)s.", user=self.env.user.name)
            )
        # sudo: see the field
        self.sudo().signed_content = content

    def _get_content(self, lines=None):
        """What this order comes to, see :mod:`..tools.order_content`.

        :param lines: ``sale.order.line`` that count, by default all
        :rtype: dict
        """
        self.ensure_one()
        counted = [
            line
            for line in (self.order_line if lines is None else lines)
            if not line.display_type and not line.is_downpayment and line.product_uom_qty
        ]
        return {
            "client": self.partner_id.commercial_partner_id.id,
            "site": self.partner_shipping_id.id,
            "currency": self.currency_id.id,
            "total": self.amount_total
            if lines is None
            else self.currency_id.round(sum(line.price_total for line in counted)),
            "lines": sorted(line._get_content_line() for line in counted),
        }

    def _get_content_mark(self):
        """A mark of what this order comes to: who signs signs this and nothing else.

        :rtype: str
        """
        self.ensure_one()
        return get_mark(self._get_content())

    def _is_changed_since_signature(self):
        """Tell whether the client signed other goods, other prices or another total.

        Another site alone is the same order.

        :return: False too when it is not known what was signed
        :rtype: bool
        """
        self.ensure_one()
        # sudo: see the field
        signed = self.sudo().signed_content
        if not signed:
            return False
        content = self._get_content()
        return any(signed[key] != content[key] for key in ("client", "currency", "total", "lines"))

    def _is_signed_by_client(self):
        """Tell whether the client himself has signed this order as it is.

        :rtype: bool
        """
        self.ensure_one()
        # sudo: see the field
        signed = self.sudo().signed_content
        return bool(
            self.signature
            and signed
            and not signed.get("office")
            and not self._is_changed_since_signature()
        )

    def _has_to_be_signed(self):
        """Override: what was changed after the signature has to be signed again."""
        if not self.signature or not self._is_changed_since_signature():
            return super()._has_to_be_signed()
        return self.state in ("draft", "sent") and not self.is_expired and self.require_signature


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_content_line(self):
        """This line in the content of its order, whatever the unit it is counted in.

        :return: product id, quantity in its stock unit, net price of one
        :rtype: list
        """
        self.ensure_one()
        factor = self.product_uom_id._get_factor_in(self.product_id.uom_id)
        price = self.price_unit * (1 - (self.discount or 0.0) / 100) / factor
        return [self.product_id.id, round(self.product_uom_qty * factor, 6), round(price, 6)]

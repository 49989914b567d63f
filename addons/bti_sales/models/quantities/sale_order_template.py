from odoo import api, fields, models


class SaleOrder(models.Model):
    """Quotation templates that also work without a screen."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        """Give an order its template's lines when it comes without any.

        Odoo copies them in an onchange only: an order made by another program with
        ``sale_order_template_id`` would be empty. Lines that are given, even none at all
        (``order_line: []``), are kept as they are.
        """
        for vals in vals_list:
            if vals.get("sale_order_template_id") and "order_line" not in vals:
                vals["order_line"] = self._prepare_template_lines(vals)
        return super().create(vals_list)

    @api.model
    def _prepare_template_lines(self, vals):
        """The template's lines in the client's language, as the form would copy them.

        :param dict vals: values of the new order
        :return: x2many commands
        """
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        template = self.env["sale.order.template"].browse(vals["sale_order_template_id"])
        return [
            fields.Command.create(line._prepare_order_line_values())
            for line in template.with_context(lang=partner.lang).sale_order_template_line_ids
        ]

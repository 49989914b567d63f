from odoo import api, models


class SaleOrderTemplateLine(models.Model):
    """The quantity of a quotation template as one types it: pieces, pallets, trucks or m².

    It is converted as on an order line of the template's company, whose usual truck counts, and
    goes with the line to the order.
    """

    _name = "sale.order.template.line"
    _inherit = ["sale.order.template.line", "bti.entry.mixin"]

    # === COMPUTE METHODS === #

    @api.depends("product_id", "product_uom_id", "delivery_form", "company_id")
    @api.depends_context("company")
    def _compute_entry_data(self):
        for line in self:
            line.entry_data = line.delivery_form and line._get_order_line().entry_data

    # === ONCHANGE METHODS === #

    @api.onchange("product_uom_qty", "product_uom_id")
    def _onchange_quantity_forgets_entry(self):
        self._forget_other_entry()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Take a quantity as asked; one given beside it is what counts: the screen sends both."""
        return super().create(self._complete_entries(vals_list))

    def write(self, vals):
        """Keep quantity and entry in step, as on an order line."""
        res = super().write(vals)
        if "product_uom_qty" in vals or "product_uom_id" in vals:
            self._forget_other_entry()
        elif {"entry_unit", "entry_quantity", "product_id"} & vals.keys():
            for line in self.filtered("entry_unit"):
                super(SaleOrderTemplateLine, line).write(line._get_entry_vals())
        return res

    @api.model
    def _prepare_entry_create_vals(self, vals):
        # a record in memory gives the same answers as the line will
        template = self.sale_order_template_id.browse(vals.get("sale_order_template_id"))
        line = self.new(
            {**vals, "company_id": template.company_id.id, "sale_order_template_id": template}
        )
        if "product_uom_qty" not in vals:
            return line._get_entry_vals()
        return {} if line._is_made_by_entry() else {"entry_quantity": 0.0, "entry_unit": False}

    # === BUSINESS METHODS === #

    def _get_order_line(self):
        """The line of an order that this one would make, in memory.

        :rtype: sale.order.line
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        order = self.env["sale.order"].with_company(company).new({"company_id": company.id})
        return order.order_line.new(
            {
                "order_id": order,
                "product_id": self.product_id.id,
                "product_uom_id": self.product_uom_id.id,
                "delivery_form": self.delivery_form,
            }
        )

    def _get_entry_vals(self):
        self.ensure_one()
        return self._get_order_line()._get_entry_vals(self.entry_quantity, self.entry_unit)

    def _is_made_by_entry(self):
        self.ensure_one()
        line = self._get_order_line()
        line.update(
            {
                "product_uom_qty": self.product_uom_qty,
                "entry_quantity": self.entry_quantity,
                "entry_unit": self.entry_unit,
            }
        )
        return line._is_made_by_entry()

    def _prepare_order_line_values(self):
        values = super()._prepare_order_line_values()
        if self.entry_unit:
            values.update(entry_quantity=self.entry_quantity, entry_unit=self.entry_unit)
        return values

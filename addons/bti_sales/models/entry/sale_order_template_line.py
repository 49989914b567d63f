from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrderTemplateLine(models.Model):
    """The quantity of a quotation template as one types it: pieces, pallets, trucks or m².

    It is converted as on an order line of the template's company, whose usual truck counts, and
    goes with the line to the order.
    """

    _inherit = "sale.order.template.line"

    entry_quantity = fields.Float(
        "Quantity asked", digits=(16, 2), help="Quantity as it was typed, in the unit beside it."
    )
    entry_unit = fields.Selection(
        selection=lambda self: self.env["sale.order.line"]._fields["entry_unit"].selection,
        string="Unit asked",
    )
    entry_data = fields.Json(
        compute="_compute_entry_data",
        help="What a screen needs to convert a quantity while it is being typed.",
    )

    # === COMPUTE METHODS === #

    @api.depends("product_id", "product_uom_id", "delivery_form", "company_id")
    @api.depends_context("company")
    def _compute_entry_data(self):
        for line in self:
            line.entry_data = line.delivery_form and line._get_order_line().entry_data

    # === ONCHANGE METHODS === #

    @api.onchange("entry_quantity", "entry_unit", "product_id")
    def _onchange_entry(self):
        if not self.entry_unit or not self.product_id:
            return None
        try:
            self.update(self._get_entry_vals())
        except UserError as error:
            self._forget_entry()
            return {"warning": {"title": self.env._("Quantity"), "message": error.args[0]}}
        return None

    @api.onchange("product_uom_qty", "product_uom_id")
    def _onchange_quantity_forgets_entry(self):
        if self.entry_unit and not self._is_made_by_entry():
            self._forget_entry()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Take a quantity as asked; one given beside it is what counts: the screen sends both."""
        return super().create(
            [
                {**vals, **self._prepare_entry_create_vals(vals)}
                if vals.get("entry_unit")
                else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        """Keep quantity and entry in step, as on an order line."""
        res = super().write(vals)
        if "product_uom_qty" in vals or "product_uom_id" in vals:
            self.filtered(
                lambda line: line.entry_unit and not line._is_made_by_entry()
            )._forget_entry()
        elif {"entry_unit", "entry_quantity", "product_id"} & vals.keys():
            for line in self.filtered("entry_unit"):
                super(SaleOrderTemplateLine, line).write(line._get_entry_vals())
        return res

    @api.model
    def _prepare_entry_create_vals(self, vals):
        """What an entry sets on a new line.

        :param dict vals: values of the line, with ``entry_unit``
        :rtype: dict
        """
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
        """Quantity and unit for what was typed.

        :rtype: dict
        :raise UserError: when the product or the truck cannot be counted in this unit
        """
        self.ensure_one()
        return self._get_order_line()._get_entry_vals(self.entry_quantity, self.entry_unit)

    def _is_made_by_entry(self):
        """Tell whether the line's pieces are those that its entry makes.

        :rtype: bool
        """
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

    def _forget_entry(self):
        """The quantity is no longer what was asked."""
        self.entry_unit = False  # first: a quantity in a unit would set the line's
        self.entry_quantity = 0.0

    def _prepare_order_line_values(self):
        values = super()._prepare_order_line_values()
        if self.entry_unit:
            values.update(entry_quantity=self.entry_quantity, entry_unit=self.entry_unit)
        return values

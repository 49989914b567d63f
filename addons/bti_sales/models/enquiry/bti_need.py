from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ...tools import loading, quantity_entry
from ..quantities.sale_order_line import MAX_PIECES


class BtiNeed(models.Model):
    """What a client wants as he says it: 20 pallets, 7 trucks, 20 tonnes, 35 m².

    It is counted as on an order line of the enquiry's company, whose usual truck counts. A wish
    need not fill whole pallets: the quotation says what does.
    """

    _name = "bti.need"
    _inherit = ["bti.need", "bti.entry.mixin"]

    full_pallets = fields.Integer(compute="_compute_load_split")
    loose_pieces = fields.Integer(compute="_compute_load_split")

    # === COMPUTE METHODS === #

    @api.depends("product_id", "delivery_form", "company_id")
    @api.depends_context("company")
    def _compute_entry_data(self):
        for need in self:
            # sudo: how a product is counted, whoever reads the enquiry
            template = need.product_id.sudo().product_tmpl_id
            need.entry_data = (
                bool(template)
                and template._is_counted_in_pieces()
                and {
                    **need._get_order_line()._prepare_entry_data(),
                    "unit": quantity_entry.PIECE,
                    "factor": 1,
                    "strict": False,
                }
            )

    @api.depends("pieces", "product_id", "delivery_form", "company_id")
    @api.depends_context("company")
    def _compute_load_split(self):
        for need in self:
            # sudo: how many pieces a pallet has, whoever reads the enquiry
            template = need.product_id.sudo().product_tmpl_id
            company = need.company_id or need.env.company
            size = template._get_pallet_size(company) if template else 0
            if need.delivery_form == loading.FORM_LOOSE or not size:
                need.full_pallets, need.loose_pieces = 0, need.pieces
            else:
                need.full_pallets, need.loose_pieces = loading.split_pallets(need.pieces, size)

    # === ONCHANGE METHODS === #

    @api.onchange("pieces")
    def _onchange_pieces_forgets_entry(self):
        self._forget_other_entry()

    @api.onchange("delivery_form")
    def _onchange_form_counts_entry(self):
        """A surface on pallets is rounded up to whole ones, loose to the piece."""
        return self._onchange_entry()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Take a quantity as asked; pieces given beside it are what counts: the screen sends
        both."""
        return super().create(self._complete_entries(vals_list))

    def write(self, vals):
        """Keep pieces and entry in step, as on an order line."""
        res = super().write(vals)
        if "pieces" in vals:
            self._forget_other_entry()
        elif {
            "entry_unit",
            "entry_quantity",
            "product_id",
            "delivery_form",
        } & vals.keys():
            for need in self.filtered("entry_unit"):
                super(BtiNeed, need).write(need._get_entry_vals())
        return res

    @api.model
    def _prepare_entry_create_vals(self, vals):
        # a record in memory gives the same answers as the need will
        defaults = self.default_get(["lead_id", "delivery_form"])
        names = (
            "lead_id",
            "product_id",
            "delivery_form",
            "entry_quantity",
            "entry_unit",
            "pieces",
        )
        need = self.new(
            {name: vals[name] for name in names if name in vals}
            | {name: value for name, value in defaults.items() if name not in vals}
        )
        if "pieces" not in vals:
            return need._get_entry_vals()
        return {} if need._is_made_by_entry() else {"entry_quantity": 0.0, "entry_unit": False}

    # === BUSINESS METHODS === #

    def _get_order_line(self):
        """The line of an order that this need would make, in memory.

        :rtype: sale.order.line
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        # sudo: how many pieces a pallet and a truck have, whoever writes the enquiry
        order = self.env["sale.order"].sudo().with_company(company).new({"company_id": company.id})
        return order.order_line.new(
            {
                "order_id": order,
                "product_id": self.product_id.id,
                "delivery_form": self.delivery_form,
            }
        )

    def _get_entry_vals(self):
        self.ensure_one()
        if not self.product_id:
            raise UserError(
                self.env._("Choose the product first: pallets, trucks, tonnes and m² depend on it.")
            )
        line = self._get_order_line()
        vals = line._get_entry_vals(
            self.entry_quantity, self.entry_unit, form=self.delivery_form or None
        )
        unit = line.product_uom_id.browse(vals["product_uom_id"])
        pieces = unit._get_exact_pieces(vals["product_uom_qty"], line.product_id.uom_id)
        if pieces > MAX_PIECES:
            raise UserError(
                self.env._(
                    "More than %s pieces on one line.",
                    formatLang(self.env, MAX_PIECES, digits=0),
                )
            )
        return {"pieces": pieces}

    def _is_made_by_entry(self):
        self.ensure_one()
        try:
            return self._get_entry_vals()["pieces"] == self.pieces
        except UserError:
            return False

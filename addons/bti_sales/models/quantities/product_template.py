from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    pieces_per_pallet = fields.Integer(
        help="Whole pieces on one strapped pallet. 0: the product is never palletised."
        " A changed size applies to new lines; existing documents keep theirs.",
        tracking=True,
    )
    pallet_uom_id = fields.Many2one(
        "uom.uom",
        "Pallet unit",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The packaging in which full pallets of this product are sold.",
    )
    pallet_tare = fields.Float(
        "Pallet tare",
        digits="Stock Weight",
        help="Weight of an empty pallet with its straps, in kg.",
    )
    sold_loose = fields.Boolean("Sold loose", default=True, help="May be delivered in bulk.")
    sold_on_pallet = fields.Boolean(
        "Sold on pallets", compute="_compute_sold_on_pallet", store=True
    )
    holes = fields.Integer(help="Number of holes (alveoli) of the brick.")
    length_cm = fields.Float("Length (cm)", digits=(8, 1))
    width_cm = fields.Float("Width (cm)", digits=(8, 1))
    height_cm = fields.Float("Height (cm)", digits=(8, 1))
    dimensions = fields.Char(compute="_compute_dimensions")
    coming_soon = fields.Boolean(
        help="Announced but not sold yet: interest can be registered in enquiries.",
    )

    _pieces_per_pallet_positive = models.Constraint(
        "CHECK(pieces_per_pallet >= 0)", "The number of pieces on a pallet cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("pieces_per_pallet")
    def _compute_sold_on_pallet(self):
        for template in self:
            template.sold_on_pallet = template.pieces_per_pallet > 0

    @api.depends("length_cm", "width_cm", "height_cm")
    def _compute_dimensions(self):
        for template in self:
            sizes = (template.width_cm, template.height_cm, template.length_cm)
            template.dimensions = (
                "{} cm".format(" × ".join(f"{size:g}" for size in sizes)) if all(sizes) else False
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("sold_loose", "pieces_per_pallet")
    def _check_has_a_form(self):
        for template in self:
            if not template.sold_loose and not template.pieces_per_pallet:
                raise ValidationError(
                    self.env._(
                        "%(product)s is sold neither loose nor on pallets: enter the pieces per"
                        " pallet or allow loose delivery.",
                        product=template.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates.filtered("pieces_per_pallet")._sync_pallet_uom()
        return templates

    def write(self, vals):
        res = super().write(vals)
        if "pieces_per_pallet" in vals or "uom_id" in vals:
            self._sync_pallet_uom()
        return res

    # === BUSINESS METHODS === #

    def _sync_pallet_uom(self):
        """List the pallet unit of the present size among the product's packagings."""
        sizes_by_unit = defaultdict(set)
        for template in self:
            if template.pieces_per_pallet > 0:
                sizes_by_unit[template.uom_id].add(template.pieces_per_pallet)
        pallets = {
            unit: self.env["uom.uom"]._get_pallet_uoms(unit, sizes)
            for unit, sizes in sizes_by_unit.items()
        }
        for template in self:
            pallet = pallets.get(template.uom_id, {}).get(template.pieces_per_pallet)
            pallet = pallet or self.env["uom.uom"]
            if template.pallet_uom_id != pallet or not pallet <= template.uom_ids:
                template.write(
                    {
                        "uom_ids": [
                            fields.Command.unlink(uom.id) for uom in template.pallet_uom_id - pallet
                        ]
                        + [fields.Command.link(uom.id) for uom in pallet],
                    }
                )
                template.sudo().pallet_uom_id = pallet  # sudo: written by the program only

    def _is_counted_in_pieces(self):
        """Tell whether quantities of this product are pieces to be put on trucks.

        :rtype: bool
        """
        self.ensure_one()
        # the id comes from a cache; env.ref() would ask the database each time
        unit_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_unit")
        return self.type == "consu" and self.uom_id.id == unit_id

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import frozendict, ormcache

from ...tools import loading


class ProductTemplate(models.Model):
    """Bricks: how many are on a pallet, what they weigh and measure.

    ``pieces_per_pallet`` holds for every company; ``company_pieces_per_pallet`` takes its place
    in a company that straps the same product otherwise. Read the size that holds with
    :meth:`_get_pallet_size`.
    """

    _name = "product.template"
    _inherit = ["product.template", "bti.cached.mixin"]
    _cached_fields = frozenset({"company_pieces_per_pallet"})

    pieces_per_pallet = fields.Integer(
        help="Whole pieces on one strapped pallet. 0: the product is never palletised."
        " A changed size applies to new lines; existing documents keep theirs.",
        tracking=True,
    )
    company_pieces_per_pallet = fields.Integer(
        "Pieces per pallet in this company",
        company_dependent=True,
        help="Only where this company straps other pallets than the rest. 0: as everywhere.",
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
        "Sold on pallets",
        compute="_compute_sold_on_pallet",
        store=True,
        prefetch="surface",
    )
    holes = fields.Integer(help="Number of holes (alveoli) of the brick.", prefetch="surface")
    length_cm = fields.Float("Length (cm)", digits=(8, 1), prefetch="surface")
    width_cm = fields.Float("Width (cm)", digits=(8, 1), prefetch="surface")
    height_cm = fields.Float("Height (cm)", digits=(8, 1), prefetch="surface")
    dimensions = fields.Char(compute="_compute_dimensions")
    coming_soon = fields.Boolean(
        help="Announced but not sold yet: interest can be registered in enquiries.",
        prefetch="surface",
    )
    needs_layout_study = fields.Boolean(
        help="A floor is sold with a design plan and a layout study, because of fire and"
        " earthquake rules: orders are checked for them."
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

    @api.constrains("company_pieces_per_pallet")
    def _check_company_pieces_per_pallet(self):
        if any(template.company_pieces_per_pallet < 0 for template in self):
            raise ValidationError(
                self.env._("The number of pieces on a pallet cannot be negative.")
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates.filtered("pieces_per_pallet")._sync_pallet_uom()
        own_size = templates.filtered("company_pieces_per_pallet")
        if own_size:
            own_size._sync_company_pallets()
        return templates

    def write(self, vals):
        former = self.env["uom.uom"]
        if "company_pieces_per_pallet" in vals:
            own_size = self.filtered("company_pieces_per_pallet")
            former = former.union(*(template._get_pallet_uom() for template in own_size))
        res = super().write(vals)
        if "pieces_per_pallet" in vals or "uom_id" in vals:
            self._sync_pallet_uom()
        if {"company_pieces_per_pallet", "pieces_per_pallet", "uom_id"} & vals.keys():
            self._sync_company_pallets(former)
        if "pallet_tare" in vals:
            self.with_context(active_test=False).product_variant_ids._refresh_open_loads()
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

    def _sync_company_pallets(self, former=None):
        """List the pallet units of every company among the packagings.

        :param former: units of sizes that were changed; unlisted when no company sells them
        """
        # companies are few, and the unit of each is wanted
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        for template in self:
            # sudo: the sizes of companies that the user does not see keep their units
            sizes = {template.sudo()._get_pallet_size(company) for company in companies} - {0}
            pallets = self.env["uom.uom"]._get_pallet_uoms(template.uom_id, sizes)
            wanted = self.env["uom.uom"].union(*pallets.values())
            unused = (former or self.env["uom.uom"]) - wanted
            commands = [fields.Command.link(uom.id) for uom in wanted - template.uom_ids]
            commands += [fields.Command.unlink(uom.id) for uom in unused & template.uom_ids]
            if commands:
                template.uom_ids = commands

    def _get_pallet_size(self, company=None):
        """Pieces on a pallet of this product.

        :param company: ``res.company`` that sells, the present one by default
        :return: 0 when the product is never palletised
        """
        self.ensure_one()
        sizes = self._get_company_pallet_sizes((company or self.env.company).id)
        return sizes.get(self._origin.id) or self.pieces_per_pallet

    @api.model
    @ormcache("company_id")
    def _get_company_pallet_sizes(self, company_id):
        """The few products that a company straps otherwise; read for every line while typing.

        :return: ``{template id: pieces}``
        :rtype: frozendict
        """
        # sudo: one table for all users, of sizes that whoever may see the product may know
        templates = (
            self.sudo()
            .with_company(company_id)
            .with_context(active_test=False)
            .search([("company_pieces_per_pallet", ">", 0)])
        )
        return frozendict(
            {template.id: template.company_pieces_per_pallet for template in templates}
        )

    def _get_pallet_uom(self, company=None):
        """The packaging unit of a full pallet.

        :param company: as for :meth:`_get_pallet_size`
        :rtype: uom.uom
        """
        self.ensure_one()
        size = self._get_pallet_size(company)
        if size == self.pieces_per_pallet:
            return self.pallet_uom_id
        return self.uom_ids.filtered(
            lambda uom: uom.is_pallet and round(uom.relative_factor) == size
        )[:1]

    def _is_counted_in_pieces(self):
        """Tell whether quantities of this product are pieces to be put on trucks.

        :rtype: bool
        """
        self.ensure_one()
        # the id comes from a cache; env.ref() would ask the database each time
        unit_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_unit")
        return self.type == "consu" and self.uom_id.id == unit_id

    def _get_line_form(self, unit, company, form=False):
        """In which form a line of a document delivers this product.

        :param unit: ``uom.uom`` of the line
        :param company: ``res.company`` that sells, the present one by default
        :param form: the present form, kept when the product allows it
        :return: False when the product is not counted in pieces
        """
        if not self or not self._is_counted_in_pieces():
            return False
        if unit.is_pallet:
            return loading.FORM_PALLET
        if not self._get_pallet_size(company):
            return loading.FORM_LOOSE
        if not self.sold_loose:
            return loading.FORM_PALLET
        return loading.FORM_MIXED if form in (False, loading.FORM_PALLET) else form

    def _get_line_pallet_size(self, unit, company):
        """Pieces on a pallet for a line of a document: those of its unit, else of the product.

        :param unit: ``uom.uom`` of the line
        :param company: as for :meth:`_get_pallet_size`
        :return: 0 when the product is never palletised
        :rtype: int
        """
        if not self or not self._is_counted_in_pieces():
            return 0
        return round(unit.relative_factor) if unit.is_pallet else self._get_pallet_size(company)

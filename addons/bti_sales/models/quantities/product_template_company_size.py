from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import frozendict, ormcache


class ProductTemplate(models.Model):
    """A pallet size of its own for a company that straps the same product otherwise.

    ``pieces_per_pallet`` holds for every company; ``company_pieces_per_pallet`` takes its place
    in the company that enters it. Read the size that holds with :meth:`_get_pallet_size`.
    """

    _name = "product.template"
    _inherit = ["product.template", "bti.cached.mixin"]
    _cached_fields = frozenset({"company_pieces_per_pallet"})

    company_pieces_per_pallet = fields.Integer(
        "Pieces per pallet in this company",
        company_dependent=True,
        help="Only where this company straps other pallets than the rest. 0: as everywhere.",
    )

    # === CONSTRAINT METHODS === #

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
        own_size = templates.filtered("company_pieces_per_pallet")
        if own_size:
            own_size._sync_company_pallets()
        return templates

    def write(self, vals):
        if not {"company_pieces_per_pallet", "pieces_per_pallet", "uom_id"} & vals.keys():
            return super().write(vals)
        former = self.env["uom.uom"]
        if "company_pieces_per_pallet" in vals:
            former = self.env["uom.uom"].union(
                *(
                    template._get_pallet_uom()
                    for template in self
                    if template.company_pieces_per_pallet
                )
            )
        res = super().write(vals)
        self._sync_company_pallets(former)
        return res

    # === BUSINESS METHODS === #

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

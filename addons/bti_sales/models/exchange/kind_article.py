from odoo import api, models
from odoo.fields import Domain

from odoo.addons.bti_crm.models.exchange.import_kind import ImportField
from odoo.addons.bti_crm.tools.exchange.table_file import name_key


class ImportKind(models.AbstractModel):
    _inherit = "bti.import.kind"

    @api.model
    def _get_kinds(self):
        kinds = super()._get_kinds()
        kinds["article"] = "bti.import.kind.article", self.env._("Products")
        kinds["history"] = "bti.import.kind.history", self.env._("Past deliveries and invoices")
        return kinds


class ImportKindArticle(models.AbstractModel):
    """Products. Their prices come by the import of prices, which knows lists, days and wilayas."""

    _name = "bti.import.kind.article"
    _inherit = ["bti.import.kind"]
    _description = "Import of Products"
    _import_model = "product.template"

    @api.model
    def _get_fields(self):
        env = self.env
        return [
            ImportField("code", env._("Reference"), "code|réf|référence|code article|code produit"
                        "|réf article|reference|internal reference|الرمز|المرجع|رمز المنتج",
                        required=True),
            ImportField("name", env._("Name"), "désignation|libellé|nom|article|produit|description"
                        "|name|product|المنتج|التعيين|اسم المنتج", required=True),
            ImportField("weight", env._("Weight of a piece (kg)"), "poids|poids unitaire|poids kg"
                        "|weight|الوزن", type="number"),
            ImportField("pieces_per_pallet", env._("Pieces per pallet"), "pièces par palette"
                        "|pièces palette|palette|nb par palette|colisage|pieces per pallet"
                        "|قطع الطبلية", type="whole"),
            ImportField("note", env._("Note"), "note|remarque|observation|observations|ملاحظة",
                        size=2_000),
        ]  # fmt: skip

    @api.model
    def _get_key(self, item):
        return name_key(item.get("code"))

    @api.model
    def _get_made(self, ids):
        made = super()._get_made(ids)
        # sudo: what goes with the products, whoever sees it
        variants = self.env["product.product"].sudo().with_context(active_test=False)
        made["product_product"] = variants.search([("product_tmpl_id", "in", ids)]).ids
        return made

    @api.model
    def _get_kept_tables(self):
        """Odoo notes the cost of each new product by itself."""
        return super()._get_kept_tables() | {"product_value"}

    @api.model
    def _read_items(self, run, items):
        Template = self.env["product.template"].with_context(active_test=False)
        codes = [item.get("code") for item in items]
        there = {
            name_key(template.default_code): template.id
            for template in Template.search_fetch(
                Domain("default_code", "in", codes)
                & Domain("company_id", "in", [False, *{item.company.id for item in items}]),
                ["default_code"],
            )
        }
        for item in items:
            if not item.get("code"):
                item.refuse("code", self.env._("The reference is missing."))
            if not item.get("name"):
                item.refuse("name", self.env._("The name is missing."))
            weight = item.values.get("weight")
            pieces = item.values.get("pieces_per_pallet")
            for name, value in (("weight", weight), ("pieces_per_pallet", pieces)):
                if value is not None and value < 0:
                    item.refuse(name, self.env._("This cannot be negative."))
            item.res_id = item.res_id or there.get(item.key.rpartition(":")[2], 0)
            item.vals.update(name=item.get("name"), default_code=item.get("code"))
            if not item.res_id:
                item.vals.update(type="consu", is_storable=True)
            if weight is not None:
                item.vals["weight"] = float(weight)
            if pieces is not None:
                item.vals["pieces_per_pallet"] = pieces
            if item.get("note"):
                item.vals["description_sale"] = item.get("note")

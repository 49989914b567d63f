from odoo import api, models

from odoo.addons.bti_crm.models.exchange.import_kind import ImportField
from odoo.addons.bti_crm.models.exchange.lookups import Clients
from odoo.addons.bti_crm.tools.exchange.table_file import normalise

from .products import Products

_MAX_PIECES = 100_000_000
_KINDS = {
    "delivery": "bl|bon de livraison|livraison|livré|delivery|sortie|bon de sortie"
    "|تسليم|وصل التسليم",
    "invoice": "fa|fac|fact|facture|facture client|vente|invoice|فاتورة",
    "refund": "av|avoir|facture d'avoir|retour|credit note|refund|إشعار دائن",
}


class ImportKindHistory(models.AbstractModel):
    """Deliveries and invoices of the past, a product a line."""

    _name = "bti.import.kind.history"
    _inherit = ["bti.import.kind"]
    _description = "Import of Past Deliveries and Invoices"
    _import_model = "bti.history"
    # the same product twice in one document is twice delivered
    _same_key = "count"

    @api.model
    def _get_fields(self):
        env = self.env
        return [
            self._get_dossier_field(),
            ImportField("client", env._("Code of the client"), "code client|n client|client code"
                        "|code tiers|tiers|compte|réf client|رمز الزبون"),
            ImportField("client_name", env._("Name of the client"), "client|nom client"
                        "|nom du client|raison sociale|الزبون|اسم الزبون"),
            ImportField("date", env._("Date"), "date|date bl|date facture|date document|date pièce"
                        "|jour|le|التاريخ", type="day", required=True),
            ImportField("number", env._("Document"), "n|numéro|n bl|n facture|n pièce|n document"
                        "|numéro bl|numéro facture|facture|bl|bon|document|رقم"
                        "|رقم الفاتورة|الوثيقة",
                        required=True),
            ImportField("document_kind", env._("Kind of document"), "type|type document|nature"
                        "|type pièce|kind|نوع الوثيقة"),
            ImportField("product", env._("Product"), "article|code article|produit|code produit"
                        "|désignation|réf article|product|المنتج|رمز المنتج"),
            ImportField("pieces", env._("Pieces"), "quantité|qté|qte|pièces|nb pièces|nombre"
                        "|quantity|الكمية|عدد القطع", type="whole"),
            ImportField("weight", env._("Weight (kg)"), "poids|poids kg|poids net|weight|الوزن",
                        type="number"),
            ImportField("amount", env._("Untaxed amount"), "montant ht|montant|total ht|ht|amount"
                        "|montant hors taxe|المبلغ|المبلغ بدون رسوم", type="number"),
        ]  # fmt: skip

    @api.model
    def _get_key(self, item):
        number = normalise(item.get("number"))
        return number and "|".join(
            (
                normalise(item.get("document_kind")),
                number,
                normalise(item.get("client") or item.get("client_name")),
                normalise(item.get("product")),
            )
        )

    @api.model
    def _check_rights(self):
        """The past is written by the program for whoever may import."""

    @api.model
    def _get_kept_tables(self):
        return super()._get_kept_tables() | {"bti_history"}

    @api.model
    def _create_records(self, items):
        # sudo: the past is the system's, for who may import it
        return self._get_target(items[0]).sudo().create([dict(item.vals) for item in items])

    @api.model
    def _get_target(self, item):
        return super()._get_target(item).sudo()  # sudo: as for creating

    @api.model
    def _read_items(self, run, items):
        clients, products = Clients(self.env, run, items), Products(self.env)
        names = self._get_kind_names()
        today = run.company_id._bti_today()
        for item in items:
            partner = clients.find(item)
            day = item.values.get("date")
            if not day:
                item.refuse("date", self.env._("The date is missing."))
            elif day > today:
                item.refuse("date", self.env._("This day has not come yet."), day)
            if not item.get("number"):
                item.refuse("number", self.env._("The number of the document is missing."))
            kind = self._find_kind(item, names)
            product = self._find_product(item, products)
            self._read_figures(item, kind, products.weights.get(product, 0.0))
            item.vals.update(
                partner_id=partner,
                company_id=item.company.id,
                date=day and day.isoformat(),
                kind=kind,
                number=item.get("number"),
                product_id=product or False,
                description=item.get("product") or False,
            )

    @api.model
    def _get_kind_names(self):
        found = {}
        for key, label in self.env["bti.history"]._fields["kind"]._description_selection(self.env):
            for name in [key, label, *_KINDS[key].split("|")]:
                found.setdefault(normalise(name), key)
        return found

    @api.model
    def _find_kind(self, item, names):
        text = item.get("document_kind")
        if not text:
            return "invoice" if item.values.get("amount") is not None else "delivery"
        kind = names.get(normalise(text))
        if not kind:
            item.refuse(
                "document_kind",
                self.env._("Write delivery, invoice or credit note, or translate this word."),
            )
        return kind

    @api.model
    def _find_product(self, item, products):
        text = item.get("product")
        if not text:
            return 0
        found = products.find(text)
        if len(found) == 1:
            return next(iter(found))
        item.refuse(
            "product",
            self.env._("Several products have this reference or name.")
            if found
            else self.env._("No product has this reference or name."),
        )
        return 0

    @api.model
    def _read_figures(self, item, kind, weight):
        """Pieces, weight and amount; of a credit note they are taken away."""
        pieces, amount = item.values.get("pieces"), item.values.get("amount")
        if pieces is None and amount is None:
            item.refuse("pieces", self.env._("Pieces or an amount must be there."))
            return
        if abs(pieces or 0) > _MAX_PIECES:
            item.refuse("pieces", self.env._("This number is too large to be true."))
            return
        given = item.values.get("weight")
        sign = -1 if kind == "refund" else 1
        figures = {
            "pieces": pieces or 0,
            "weight": float(given) if given is not None else round((pieces or 0) * weight, 3),
            "amount": float(amount or 0),
        }
        item.vals.update(
            {name: sign * abs(value) if sign < 0 else value for name, value in figures.items()}
        )

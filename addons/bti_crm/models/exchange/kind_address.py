from odoo import api, models
from odoo.fields import Domain

from ...tools.exchange.table_file import normalise
from .import_kind import ImportField
from .lookups import Clients, Places

_CLIENT_TITLES = (
    "code client|client code|n client|numéro client|réf client|tiers|code tiers|compte|رمز الزبون"
)
_CLIENT_NAMES = "client|nom client|raison sociale|nom du client|company|الزبون|اسم الزبون"


class ImportKindAddress(models.AbstractModel):
    """People and places that belong to a client."""

    _name = "bti.import.kind.address"
    _inherit = ["bti.import.kind"]
    _description = "Import of Contacts and Sites"
    _import_model = "res.partner"
    _address_type = "contact"

    @api.model
    def _get_client_fields(self):
        """Columns that say whose the line is.

        :rtype: list[ImportField]
        """
        return [
            ImportField("client", self.env._("Code of the client"), _CLIENT_TITLES),
            ImportField("client_name", self.env._("Name of the client"), _CLIENT_NAMES),
            self._get_dossier_field(),
        ]

    @api.model
    def _get_key(self, item):
        return item.get("code").casefold() or "|".join(
            normalise(item.get(name)) for name in ("client", "client_name", "name", "street")
        ).strip("|")

    @api.model
    def _read_items(self, run, items):
        clients, places = Clients(self.env, run, items), Places(self.env)
        for item in items:
            if not item.get("name"):
                item.refuse("name", self.env._("The name is missing."))
            parent = clients.find(item)
            self._read_contact(item, places)
            if item.get("function"):
                item.vals["function"] = item.get("function")
            item.vals.update(
                name=" ".join(item.get("name").split()), type=self._address_type, parent_id=parent
            )
        self._find_there([item for item in items if not item.is_wrong and not item.res_id])

    @api.model
    def _find_there(self, items):
        """Of the same client and name: the same one."""
        children = self.env["res.partner"].search_fetch(
            Domain("parent_id", "in", list({item.vals["parent_id"] for item in items}))
            & Domain("type", "=", self._address_type),
            ["parent_id", "name"],
        )
        there = {(child.parent_id.id, normalise(child.name or "")): child.id for child in children}
        first = {}
        for item in items:
            mark = item.vals["parent_id"], normalise(item.vals["name"])
            item.marks = {"|".join(map(str, mark)): ""}
            item.res_id = there.get(mark, 0)
            if not item.res_id:
                item.twin = first.get(mark)
                first.setdefault(mark, item)


class ImportKindContact(models.AbstractModel):
    _name = "bti.import.kind.contact"
    _inherit = ["bti.import.kind.address"]
    _description = "Import of Contacts"

    @api.model
    def _get_fields(self):
        env = self.env
        return [
            *self._get_client_fields(),
            ImportField("code", env._("Code of the contact"), "code|code contact|n contact|الرمز"),
            ImportField("name", env._("Name"), "nom|contact|nom et prénom|nom et prénoms"
                        "|interlocuteur|nom contact|name|الاسم|الاسم واللقب", required=True),
            ImportField("function", env._("Position"), "fonction|poste|qualité|function|position"
                        "|job position|الوظيفة"),
            *self._get_contact_fields(("phone", "phone2", "mobile", "email", "note")),
        ]  # fmt: skip


class ImportKindSite(models.AbstractModel):
    _name = "bti.import.kind.site"
    _inherit = ["bti.import.kind.address"]
    _description = "Import of Building Sites"
    _address_type = "delivery"

    @api.model
    def _get_fields(self):
        env = self.env
        return [
            *self._get_client_fields(),
            ImportField("code", env._("Code of the site"), "code|code chantier|n chantier|الرمز"),
            ImportField("name", env._("Name"), "chantier|nom|nom chantier|projet|désignation"
                        "|site|name|الورشة|اسم الورشة|المشروع", required=True),
            *self._get_contact_fields(
                ("phone", "mobile", "street", "street2", "state", "city", "note")
            ),
        ]  # fmt: skip

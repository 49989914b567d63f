import re
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...tools import algerian_numbers
from ...tools.exchange.table_file import normalise
from .import_kind import ImportField
from .lookups import Places, Users, read_fiscal, read_phone

_COMPANY = re.compile(
    r"(?<!\w)(?:sarl|eurl|spa|snc|epe|ets|etablissements?|entreprise|société|societe|epic|apc|opgi"
    r"|coopérative|شركة|مؤسسة|مقاولة)(?!\w)|ش\.?ذ\.?م\.?م",
    re.IGNORECASE,
)
_CONTACT_TITLES = {
    "phone": "téléphone|tél|tel|tél fixe|phone|phone number|numéro de téléphone|n tel|tel 1|tél 1"
    "|الهاتف|رقم الهاتف|هاتف",
    "phone2": "tél 2|tel 2|tel (2)|tél (2)|téléphone 2|téléphone (2)|second phone|autre téléphone"
    "|هاتف 2|الهاتف 2|الهاتف الثاني",
    "mobile": "mobile|portable|gsm|tél portable|tel mobile|mob|الجوال|المحمول|النقال|الهاتف النقال",
    "email": "e mail|email|mail|courriel|adresse mail|adresse email|البريد الإلكتروني|البريد",
    "street": "adresse|address|rue|street|adresse 1|adr|العنوان",
    "street2": "adresse 2|complément d'adresse|complément|street 2|lieu dit|cité|تكملة العنوان",
    "state": "wilaya|state|département|province|code wilaya|الولاية|ولاية",
    "city": "commune|ville|city|localité|daira|daïra|البلدية|بلدية|المدينة",
    "note": "note|notes|remarque|remarques|observation|observations|commentaire|commentaires"
    "|ملاحظة|ملاحظات",
}


class ImportKind(models.AbstractModel):
    _inherit = "bti.import.kind"

    @api.model
    def _get_kinds(self):
        kinds = super()._get_kinds()
        kinds["client"] = "bti.import.kind.client", self.env._("Clients")
        kinds["contact"] = "bti.import.kind.contact", self.env._("Contacts of clients")
        kinds["site"] = "bti.import.kind.site", self.env._("Building sites of clients")
        return kinds

    @api.model
    def _get_contact_fields(self, names):
        """Columns that every kind of person or address has.

        :param names: which of them
        :rtype: list[ImportField]
        """
        labels = {
            "phone": self.env._("Phone"),
            "phone2": self.env._("Second phone"),
            "mobile": self.env._("Mobile"),
            "email": self.env._("E-mail"),
            "street": self.env._("Street"),
            "street2": self.env._("Second line of the street"),
            "state": self.env._("Wilaya"),
            "city": self.env._("Commune"),
            "note": self.env._("Note"),
        }
        return [
            ImportField(name, labels[name], _CONTACT_TITLES[name],
                        size=5_000 if name == "note" else 250)
            for name in names
        ]  # fmt: skip

    @api.model
    def _get_dossier_field(self):
        return ImportField(
            "dossier", self.env._("Dossier"), "dossier|fichier|société|base|file|الملف"
        )

    @api.model
    def _read_contact(self, item, places):
        """Phones, e-mail, address and note of a line into its values.

        :return: the phone numbers
        """
        # without a country a phone would be read by that of whoever computes it
        if item.company.country_id:
            item.vals["country_id"] = item.company.country_id.id
        found = read_phone(self.env, item)
        places.apply(item)
        for name in ("street", "street2"):
            if item.get(name):
                item.vals[name] = item.get(name)
        if item.get("note"):
            item.vals["comment"] = item.get("note")
        if item.get("email"):
            email = email_normalize(item.get("email"))
            if email:
                item.vals["email"] = email
            else:
                item.refuse("email", self.env._("This is no e-mail address."))
        return found


class ImportKindClient(models.AbstractModel):
    """Clients. One who is there already, by code, NIF or phone, is changed and not made again."""

    _name = "bti.import.kind.client"
    _inherit = ["bti.import.kind"]
    _description = "Import of Clients"
    _import_model = "res.partner"

    # === HOOKS === #

    @api.model
    def _get_fields(self):
        env = self.env
        return [
            ImportField("code", env._("Client code"), "code|code client|réf|référence|ref|n client"
                        "|numéro client|client code|compte|code tiers|tiers|الرمز|رمز الزبون"),
            ImportField("name", env._("Name"), "nom|raison sociale|nom client|client|nom et prénom"
                        "|nom et prénoms|nom prénom|désignation|dénomination|intitulé|name|company"
                        "|الاسم|الاسم واللقب|اسم الزبون|الزبون", required=True),
            ImportField("client_kind", env._("Client kind"), "type|type client|catégorie|famille"
                        "|genre|kind|catégorie client|famille client|النوع|الصنف|نوع الزبون"),
            self._get_dossier_field(),
            *self._get_contact_fields(_CONTACT_TITLES),
            ImportField("vat", "NIF", "nif|n nif|identifiant fiscal|matricule fiscal|id fiscal"
                        "|nif mf|numéro d'identification fiscale|رقم التعريف الجبائي|ر ت ج"),
            ImportField("nis", "NIS", "nis|n nis|id stat|رقم التعريف الإحصائي"),
            ImportField("rc", "RC", "rc|r c|n rc|registre de commerce|registre du commerce"
                        "|السجل التجاري|رقم السجل التجاري|س ت"),
            ImportField("ai", "AI", "ai|a i|article|article d'imposition|n article"
                        "|رقم المادة|المادة"),
            ImportField("rep", env._("Sales rep"), "commercial|vendeur|représentant|délégué|agent"
                        "|agent commercial|salesperson|sales rep|rep|المندوب|البائع"
                        "|المندوب التجاري"),
        ]  # fmt: skip

    @api.model
    def _get_key(self, item):
        number = algerian_numbers.compact(item.get("vat"))
        phone = "".join(char for char in item.get("phone") or item.get("mobile") if char.isdigit())
        return (
            item.get("code").casefold()
            or (algerian_numbers.is_nif(number) and f"nif {number}")
            or (phone and f"tel {phone}")
            or " ".join(filter(None, (normalise(item.get("name")), normalise(item.get("city")))))
        )

    @api.model
    def _read_items(self, run, items):
        places, users, kinds = Places(self.env), Users(self.env), self._get_client_kinds()
        phones = {}
        for item in items:
            if not item.get("name"):
                item.refuse("name", self.env._("The name is missing."))
                continue
            item.vals["name"] = " ".join(item.get("name").split())
            phones[item] = self._read_contact(item, places)
            read_fiscal(self.env, item)
            users.apply(item)
            self._read_kind(item, kinds)
            if item.get("code"):
                item.vals["ref"] = item.get("code")
            numbers = {"vat", "nis", "rc"} & item.vals.keys()
            item.vals["is_company"] = bool(numbers or _COMPANY.search(item.vals["name"]))
        self._find_clients(run, [item for item in items if not item.is_wrong], phones)

    # === LOOK-UPS === #

    @api.model
    def _get_client_kinds(self):
        found = {}
        kinds = self.env["bti.client.kind"].search([], limit=1_000)
        for code, _name in self.env["res.lang"].get_installed():
            for kind in kinds.with_context(lang=code):
                found[normalise(kind.name)] = kind.id
        return found

    @api.model
    def _read_kind(self, item, kinds):
        text = item.get("client_kind")
        if not text:
            if item.dossier.client_kind_id:
                item.vals["client_kind_id"] = item.dossier.client_kind_id.id
            return
        if normalise(text) in kinds:
            item.vals["client_kind_id"] = kinds[normalise(text)]
            return
        item.refuse(
            "client_kind",
            self.env._("There is no such kind of client: translate this word in the profile."),
        )

    @api.model
    def _find_clients(self, run, items, phones):
        """Who of the lines is a client already: by NIF, code or phone; two lines may be one."""
        by_vat, by_ref, by_phone, names = self._search_clients(items, phones)
        first = {}  # what identifies somebody: the line that makes him
        for item in items:
            if not item.res_id:
                self._match(run, item, by_vat, by_ref, by_phone, names, phones[item])
            if item.is_wrong:
                continue
            vat = item.vals.get("vat", "")
            marks = [("vat", vat)] if algerian_numbers.is_nif(vat) else []
            marks += [("phone", number, normalise(item.vals["name"])) for number in phones[item]]
            item.marks = {"|".join(mark): vat for mark in marks}
            if not item.res_id:
                twin = next((first[mark] for mark in marks if mark in first), None)
                # two fiscal numbers are two clients, whatever phone they share
                if twin and not (
                    twin.vals.get("vat") and item.vals.get("vat")
                    and twin.vals["vat"] != item.vals["vat"]
                ):  # fmt: skip
                    item.twin = twin
            if not item.res_id and not item.twin:
                for mark in marks:
                    first.setdefault(mark, item)

    @api.model
    def _search_clients(self, items, phones):
        """Clients that are there, by NIF, code and phone.

        :return: three ``{mark: {id}}`` and ``{id: name}``
        """
        Partner = self.env["res.partner"]
        companies = [False, *{item.company.id for item in items}]
        mine = Domain("parent_id", "=", False) & Domain("company_id", "in", companies)
        wanted = {name: [item.vals[name] for item in items if item.vals.get(name)]
                  for name in ("vat", "ref")}  # fmt: skip
        numbers = {number for item in items for number in phones[item]}
        domains = [Domain(name, "in", values) for name, values in wanted.items() if values]
        if numbers:
            domains.append(Domain("phone_numbers", "in", list(numbers)))
        by_vat, by_ref, by_phone, names = (defaultdict(set) for _ in range(4))
        for domain in domains:  # each by an index of its own
            for partner in Partner.search_fetch(
                mine & domain, ["name", "vat", "ref", "phone_sanitized", "phone_others"]
            ):
                names[partner.id] = normalise(partner.name or ""), partner.vat or ""
                if partner.vat:
                    by_vat[partner.vat].add(partner.id)
                if partner.ref:
                    by_ref[partner.ref].add(partner.id)
                for (
                    number
                ) in f"{partner.phone_sanitized or ''} {partner.phone_others or ''}".split():
                    by_phone[number].add(partner.id)
        return by_vat, by_ref, by_phone, names

    @api.model
    def _match(self, run, item, by_vat, by_ref, by_phone, names, numbers):
        # an odd number identifies nobody: it may stand for "none" on many lines
        vat = item.vals.get("vat", "")
        found = by_vat.get(vat, set()) if algerian_numbers.is_nif(vat) else set()
        if len(found) == 1:
            item.res_id = next(iter(found))
            return
        if found:
            item.refuse("vat", self.env._("Several clients have this NIF: merge them first."))
            return
        name = normalise(item.vals["name"])

        def may_be(partner_id):
            vat = names[partner_id][1]
            return not vat or not item.vals.get("vat") or vat == item.vals["vat"]

        found = {one for one in by_ref.get(item.vals.get("ref"), set()) if names[one][0] == name}
        same = {one for number in numbers for one in by_phone.get(number, set()) if may_be(one)}
        found = {one for one in found if may_be(one)} or {
            one for one in same if names[one][0] == name
        }
        if not found and run.profile_id.same_phone == "same":
            found = same
        if len(found) == 1:
            item.res_id = next(iter(found))
        elif found:
            item.refuse("phone", self.env._("Several clients have this phone number and name."))
        elif same and run.profile_id.same_phone == "ask":
            item.refuse(
                "phone",
                self.env._(
                    "This number is %(name)s's. The same client? Then write his name so in the"
                    " file, or say in the profile what a known phone means.",
                    name=self.env["res.partner"].browse(next(iter(same))).display_name,
                ),
            )

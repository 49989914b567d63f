import re
from datetime import date

from odoo import fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from odoo.addons.bti_messaging.tools import keyword_text, typed
from odoo.addons.bti_messaging.tools.plural import listed

# A number and the word behind it: "2 000", "20 pal", "35 m2".
QUANTITY = re.compile(
    r"(?<![\w+])(\d{1,3}(?:[ .,]\d{3})+(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d))\s*([^\W\d_]+2?)?"
)
# More is a phone number, or a slip: the works makes less in a year.
MOST_PIECES = 100_000_000
# The beginning of any of these words is enough.
PIECES = (
    "pieces",
    "pcs",
    "pces",
    "units",
    "unites",
    "briques",
    "bricks",
    "قطعة",
    "قطع",
    "حبة",
    "وحدة",
)
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
WILAYA = re.compile(r"^\s*(?:wilaya\s+(?:de\s+|d['’]\s*)?|ولاية\s+)", re.IGNORECASE)
CODE = re.compile(r"^\s*(\d{1,2})\W+(?=\S)")
TYPES = {
    "CITY": "city",
    "STATE": "state",
    "PROVINCE": "state",
    "STREET_ADDRESS": "street",
    "DATE_TIME": "wanted_date",
}
WORDS = {
    "pieces": ("quantité", "quantity", "combien", "nombre", "pièces", "الكمية", "كمية", "كم"),
    "product": ("produit", "product", "brique", "briques", "المنتج", "منتج"),
    "state": ("wilaya", "ولاية", "الولاية"),
    "city": ("commune", "ville", "city", "بلدية", "البلدية", "المدينة"),
    "street": ("adresse", "address", "rue", "العنوان"),
    "wanted_date": ("date", "quand", "when", "تاريخ", "متى"),
}


class BtiLeadQuestion(models.Model):
    """What questions of a brickworks ask for."""

    _inherit = "bti.lead.question"

    target = fields.Selection(
        selection_add=[
            ("product", "Product"),
            ("pieces", "Pieces"),
            ("state", "Wilaya"),
            ("city", "Commune"),
            ("street", "Street"),
            ("wanted_date", "Wanted date"),
        ]
    )

    def _get_target_types(self):
        return {**super()._get_target_types(), **TYPES}

    def _get_target_words(self):
        # before names: "nom du produit" asks for the product
        return {**WORDS, **super()._get_target_words()}


class BtiLeadForm(models.Model):
    """Answers that say what is wanted, where and when."""

    _inherit = "bti.lead.form"

    # === HOOKS === #

    def _count_pieces(self, number, word, product, company):
        """Hook: pieces of a quantity.

        :param float number: as written
        :param str word: the normalised word behind it, or ""
        :param product.product product: the only one that is named, or none
        :param res.company company: whose goods are meant
        :return: None when it is not sure
        :rtype: int | None
        """
        is_pieces = not word or any(known.startswith(word) for known in PIECES)
        return int(number) if is_pieces and number == int(number) and number > 0 else None

    # === BUSINESS METHODS === #

    def _get_readers(self):
        return [*super()._get_readers(), self._read_date, self._read_place, self._read_wanted]

    def _read_date(self, mapped, values, _company):
        text = " ".join(mapped.get("wanted_date", []))
        if not text:
            return
        found = DATE.search(keyword_text.normalise(text))
        try:
            year, month, day, day2, month2, year2 = found.groups()
            values["wanted_date"] = date(
                *(int(part) for part in (year or year2, month or month2, day or day2))
            )
        except (AttributeError, ValueError):
            values["problems"].append(self.env._("No date: %(text)s", text=text))

    def _read_place(self, mapped, values, company):
        values["street"] = " ".join(mapped.get("street", []))
        state = " ".join(mapped.get("state", [])).strip()
        city = " ".join(mapped.get("city", [])).strip()
        if not state and not city:
            return
        spellings = dict.fromkeys([state, WILAYA.sub("", CODE.sub("", state)).strip()])
        for spelling in spellings:
            found_state, found_city = self.env["res.city"]._find_place(
                city=city or None, state=spelling or None, country=company.country_id or None
            )
            if found_state:
                break
        if city and not found_city and not state:
            # one word for the place: it may be a wilaya
            found_state, _city = self.env["res.city"]._find_place(state=city)
        values["state_id"], values["city_id"] = found_state.id, found_city.id
        values["place"] = ", ".join(filter(None, [found_city.name, found_state.name]))
        if (state and not found_state) or (city and not found_city):
            text = ", ".join(filter(None, [city, state]))
            values["problems"].append(self.env._("Not sure of the place: %(text)s", text=text))

    def _read_wanted(self, mapped, values, company):
        """One product and one quantity are a need; nothing is guessed."""
        texts, counts = mapped.get("product", []), mapped.get("pieces", [])
        products = self.env["product.product"]
        for text in texts:
            found = products._bti_find_named(text, company, by_name=True)
            if not found:
                values["problems"].append(self.env._("No product of ours: %(text)s", text=text))
            products |= found
        for text in counts:
            products |= products._bti_find_named(text, company)
        words = " · ".join([*texts, *counts])
        values["wanted"] = words
        product = products if len(products) == 1 else products.browse()
        pieces = [self._read_pieces(text, product, company) for text in counts]
        for text, number in zip(counts, pieces, strict=True):
            if number is None:
                values["problems"].append(self.env._("Not sure how many: %(text)s", text=text))
        if len(products) > 1 and counts:
            values["problems"].append(
                self.env._("Several products and one quantity: %(text)s", text=words)
            )
        values["products"] = products
        if len(pieces) == 1 and pieces[0] and len(products) < 2 and words:
            values["need"] = {
                "product_id": product.id,
                "pieces": pieces[0],
                "description": words[:200],
                "wanted_date": values.get("wanted_date"),
            }

    def _read_pieces(self, text, product, company):
        """:return: the pieces that a person asks for in his words, None when it is not sure
        :rtype: int | None
        """
        words = keyword_text.normalise(text)
        for name in (product.default_code, product.name):
            if known := keyword_text.normalise(name or ""):
                words = f" {words} ".replace(f" {known} ", " ")
        found = QUANTITY.findall(words)
        if len(found) != 1:
            return None
        number, word = found[0]
        try:
            number = float(typed.parse_decimal(number))
        except ValueError:  # "2.000": the rep reads the client's words
            return None
        if number > MOST_PIECES:
            return None
        pieces = self._count_pieces(number, word or "", product, company)
        return pieces if pieces and pieces <= MOST_PIECES else None

    def _describe(self, values):
        questions = self.question_ids
        names = dict(questions._fields["target"]._description_selection(questions.env))
        need = values.get("need") or {}
        pieces = need.get("pieces")
        wanted_date = values.get("wanted_date")
        products = values.get("products") or self.env["product.product"]
        return [
            *super()._describe(values),
            (names["product"], listed(self.env, products.mapped("display_name"))),
            (names["pieces"], formatLang(self.env, pieces, digits=0) if pieces else ""),
            (names["wanted_date"], format_date(self.env, wanted_date) if wanted_date else ""),
            (self.env._("Place"), values.get("place")),
            (names["street"], values.get("street")),
        ]


class BtiLeadTest(models.TransientModel):
    """Samples of what a client of a brickworks answers."""

    _inherit = "bti.lead.test"

    def _get_samples(self):
        return {
            **super()._get_samples(),
            "product": "B8",
            "pieces": "2000",
            "state": "Béjaïa",
            "city": "Akbou",
            "wanted_date": "15/12/2026",
        }

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from odoo.addons.bti_crm.tools.exchange import table_file
from odoo.addons.bti_crm.tools.exchange.table_file import clean, name_key, normalise
from odoo.addons.bti_crm.tools.exchange.workbook import Formula
from odoo.addons.bti_crm.tools.places import search_keys
from odoo.addons.bti_messaging.tools import typed

from ...tools import price_file

_FORMS = {
    "loose": "loose|bulk|vrac|en vrac|سائب|سائبة|بدون طبلية",
    "pallet": "pallet|pallets|on pallets|on pallet|palette|palettes|sur palette|sur palettes"
    "|palettisé|طبلية|على طبليات|على طبلية|طبليات",
    "": "all|any|tous|toutes|les deux|both|loose and pallet|الكل",
}


class CellReader:
    """Understands the cells of a price file: names, prices, quantities, wilayas, days.

    Products, lists and wilayas are read once for the whole file.

    :param env: environment of the person who imports: he finds what he may see
    :param default_pricelist: list of the lines that name none
    """

    def __init__(self, env, default_pricelist):
        self.env = env
        self.default_pricelist = default_pricelist
        self.langs = [code for code, _name in env["res.lang"].get_installed()]
        self.timezone = env.company._get_price_zone()

    # === TABLES === #

    def load(self):
        """Read the tables, once the file is known to be one of prices."""
        self._load_products()
        self._load_pricelists()
        self._load_states()

    def _load_products(self):
        """Products by reference and by name, in all languages; archived ones to name them."""
        Product = self.env["product.product"].with_context(active_test=False)
        products = Product.search_fetch(
            [("sale_ok", "=", True)], ["default_code", "active", "product_tmpl_id"]
        )
        self.by_code, self.by_name = defaultdict(set), defaultdict(set)
        for product in products:
            if product.default_code:
                self.by_code[product.default_code.strip().casefold()].add(product)
                self.by_code[name_key(product.default_code)].add(product)
        self.variant_count = defaultdict(int)
        for product in products.filtered("active"):
            self.variant_count[product.product_tmpl_id.id] += 1
        templates = products.product_tmpl_id
        for lang in self.langs:
            for template in templates.with_context(lang=lang):
                self.by_name[name_key(template.name)].add(template.with_env(templates.env))

    def _load_pricelists(self):
        self.pricelists = defaultdict(set)
        pricelists = self.env["product.pricelist"].search([])
        for lang in self.langs:
            for pricelist in pricelists.with_context(lang=lang):
                for name in (pricelist.name, pricelist.display_name):
                    self.pricelists[name_key(name)].add(pricelist.id)

    def _load_states(self):
        country = self.env.company.country_id or self.env.ref("base.dz")
        states = self.env["res.country.state"].search([("country_id", "=", country.id)])
        self.states = defaultdict(set)
        self.spellings = {state.id: f" {state.search_key or ''} " for state in states}
        for state in states:
            self.states[state.code.lstrip("0").lower()].add(state.id)
        for lang in self.langs:
            for state in states.with_context(lang=lang):
                self.states[normalise(state.name)].add(state.id)

    # === CELLS === #

    def read_line(self, line):
        """Understand the cells of a line into its values and errors.

        :param line: :class:`PriceLine`
        """
        if self._refuse_formulas(line):
            return
        self._read_product(line)
        self._read_pricelist(line)
        self._read_form(line)
        self._read_price(line)
        self._read_min_quantity(line)
        self._read_states(line)
        self._read_dates(line)

    def _refuse_formulas(self, line):
        """Tell which cells have a formula without a result: whether there are some."""
        columns = [name for name, cell in line.cells.items() if isinstance(cell, Formula)]
        reason = self.env._("This formula has no result: open the file, calculate and save it.")
        for column in columns:
            line.refuse(column, reason)
        return bool(columns)

    def _read_product(self, line):
        text = clean(line.cells["product"])
        if not text:
            return line.refuse("product", self.env._("The product is missing."))
        key = name_key(text)
        found = (
            self.by_code.get(text.casefold())
            or self.by_code.get(key)
            or self.by_name.get(key)
            or set()
        )
        active = {record for record in found if record.active}
        if not found:
            reason = self.env._("No product has this reference or name.")
        elif not active:
            reason = self.env._("This product is archived.")
        elif len(active) > 1:
            reason = self.env._("Several products have this reference or name.")
        else:
            product = active.pop()
            if product._name == "product.product" and (
                self.variant_count[product.product_tmpl_id.id] == 1
            ):
                product = product.product_tmpl_id
            line.product = product
            return None
        return line.refuse("product", reason)

    def _read_pricelist(self, line):
        text = clean(line.cells.get("pricelist", ""))
        if not text:
            if not self.default_pricelist:
                return line.refuse("pricelist", self.env._("The price list is missing."))
            pricelist = self.default_pricelist
        else:
            ids = self.pricelists.get(name_key(text), set())
            pricelist = self.env["product.pricelist"].browse(ids)
            if len(pricelist) > 1:  # a list of one's own company goes before a shared one
                own = pricelist.filtered(lambda p: p.company_id == self.env.company)
                pricelist = own if len(own) == 1 else pricelist
            if not pricelist:
                return line.refuse("pricelist", self.env._("No price list has this name."))
            if len(pricelist) > 1:
                return line.refuse("pricelist", self.env._("Several price lists have this name."))
        company = line.product and line.product.company_id
        if company and pricelist.company_id and company != pricelist.company_id:
            return line.refuse(
                "pricelist",
                self.env._("The product and the price list belong to different companies."),
            )
        line.pricelist = pricelist
        return None

    def _read_form(self, line):
        text = normalise(clean(line.cells.get("form", "")))
        if not text:
            return
        names = {"loose": self.env._("loose"), "pallet": self.env._("pallet"), "": ""}
        for form, spellings in _FORMS.items():
            if text in (normalise(name) for name in [*spellings.split("|"), names[form]]):
                break
        else:
            line.refuse(
                "form",
                self.env._("Write loose or pallet; leave it empty for both."),
            )
            return
        line.form = form
        product = line.product
        if form == "pallet" and product and not self._get_pallet_size(line):
            line.refuse("form", self.env._("This product is never palletised."))
        if form == "loose" and product and not product.sold_loose:
            line.refuse("form", self.env._("This product is sold on pallets only."))

    def _read_price(self, line):
        given = [
            column for column in ("price", "pallet_price") if clean(line.cells.get(column, ""))
        ]
        if not given:
            column = "price" if "price" in line.cells else "pallet_price"
            line.refuse(column, self.env._("The price is missing."))
            return
        prices = {column: self._parse_price(line, column) for column in given}
        if None in prices.values():
            return
        if "pallet_price" in prices:
            if not line.product:
                return
            size = self._get_pallet_size(line)
            if not size or line.form == "loose":
                line.refuse(
                    "pallet_price",
                    self.env._("A price per pallet needs a product with pieces per pallet.")
                    if not size
                    else self.env._("A price per pallet is not a price of loose pieces."),
                )
                return
            # the whole pallet costs what the file says, whatever the price of one piece
            piece = round(prices["pallet_price"] / size, table_file.MAX_DECIMALS)
            if "price" in prices and abs(prices["price"] * size - prices["pallet_price"]) > (
                Decimal("0.005") * size
            ):
                line.refuse(
                    "pallet_price",
                    self.env._(
                        "%(pieces)s pieces at the price of a piece cost %(expected)s, not this.",
                        pieces=size,
                        expected=prices["price"] * size,
                    ),
                )
                return
            prices["price"] = piece
        line.price = float(prices["price"])

    def _get_pallet_size(self, line):
        """Pieces on a pallet of a line's product, where the prices of its list hold.

        :rtype: int
        """
        product = line.product
        template = product if product._name == "product.template" else product.product_tmpl_id
        company = line.pricelist and line.pricelist.company_id
        return template._get_pallet_size(company or self.env.company)

    def _parse_price(self, line, column):
        """Price of a cell, or ``None`` after having said what is wrong with it."""
        price = self._parse_number(line, column, table_file.parse_decimal)
        reason = None
        if price is None:
            return None
        if price < 0:
            reason = self.env._("A price cannot be negative.")
        elif price == 0:
            reason = self.env._("A price of 0 would give the goods away.")
        elif price > price_file.MAX_PRICE:
            reason = self.env._("This price is too large to be true.")
        elif -price.normalize().as_tuple().exponent > table_file.MAX_DECIMALS:
            reason = self.env._("Too many decimals.")
        if reason:
            line.refuse(column, reason)
            return None
        return price

    def _parse_number(self, line, column, parse):
        try:
            return parse(line.cells[column])
        except typed.AmbiguousNumber:
            line.refuse(
                column,
                self.env._(
                    "This may mean thousands or decimals: leave the sign away or write two"
                    " decimals."
                ),
            )
        except ValueError:
            line.refuse(column, self.env._("This is not a number."))
        return None

    def _read_min_quantity(self, line):
        if not clean(line.cells.get("min_quantity", "")):
            return
        parsed = self._parse_number(line, "min_quantity", price_file.parse_pieces)
        if parsed is None:
            return
        quantity, in_pallets = parsed
        reason = None
        size = self._get_pallet_size(line) if line.product else 0
        if in_pallets and line.product and not size:
            reason = self.env._("This product is never palletised.")
        elif quantity < 0:
            reason = self.env._("A quantity cannot be negative.")
        elif quantity != quantity.to_integral_value():
            reason = self.env._("Pieces and pallets are whole numbers.")
        elif quantity * (size if in_pallets else 1) > price_file.MAX_PIECES:
            reason = self.env._(
                "More than %(pieces)s pieces: a digit too many?",
                pieces=f"{price_file.MAX_PIECES:,}".replace(",", " "),
            )
        if reason:
            line.refuse("min_quantity", reason)
        else:
            line.min_quantity = int(quantity) * (size if in_pallets else 1)

    def _read_states(self, line):
        text = clean(line.cells.get("states", ""))
        for sign in ",;/|+،\n":
            text = text.replace(sign, ";")
        states = set()
        for name in filter(None, (part.strip() for part in text.split(";"))):
            found = self._find_states(name)
            if len(found) == 1:
                states |= found
            elif found:
                line.refuse(
                    "states",
                    self.env._("Several wilayas may be meant by “%(name)s”.", name=name),
                )
            else:
                line.refuse(
                    "states",
                    self.env._("There is no wilaya “%(name)s”.", name=name),
                )
        line.states = frozenset(states)

    def _find_states(self, name):
        """Wilayas of a name, a number or a former spelling.

        :rtype: set[int]
        """
        key = normalise(name)
        if key.isdigit():
            return self.states.get(key.lstrip("0"), set())
        if key not in self.states:
            needles = [f" {spelling} " for spelling in search_keys(name)]
            self.states[key] = {
                state
                for state, spellings in self.spellings.items()
                if any(needle in spellings for needle in needles)
            }
        return self.states[key]

    def _read_dates(self, line):
        days = {}
        for column in ("date_start", "date_end"):
            if not clean(line.cells.get(column, "")):
                continue
            try:
                days[column] = table_file.parse_date(line.cells[column])
            except table_file.OddYear:
                line.refuse(column, self.env._("Check the year of this day."))
            except ValueError:
                line.refuse(column, self.env._("This is not a date; write it as 31/12/2026."))
        start, end = days.get("date_start"), days.get("date_end")
        if start and end and end < start:
            line.refuse("date_end", self.env._("The last day is before the first one."))
        line.date_start = start and self._to_utc(start)
        line.date_end = end and self._to_utc(end + timedelta(days=1)) - timedelta(seconds=1)

    def _to_utc(self, day):
        """Beginning of a day of the company's country, as rules store it."""
        local = datetime.combine(day, time.min, tzinfo=self.timezone)
        return local.astimezone(UTC).replace(tzinfo=None)

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from odoo import models
from odoo.tools import groupby

from ...tools.loading import FORM_LOOSE, FORM_PALLET

# changes to come that a price list announces
_MAX_CHANGES = 3


@dataclass
class SheetRow:
    """Prices of one product from one volume on, in the currency of the list.

    :ivar form: "loose", "pallet" or "" for both
    :ivar pieces: smallest volume
    :ivar pallets: the same in full pallets, 0 when it is none
    :ivar until: last day of the price, if known
    """

    form: str
    pieces: int
    pallets: int
    piece: float
    piece_taxed: float
    pallet: float = 0.0
    pallet_taxed: float = 0.0
    until: object = None

    @property
    def key(self):
        return self.form, self.pieces, self.piece


@dataclass
class SheetProduct:
    """A product of a price list: present rows, and ``[(day, rows)]`` that are announced.

    :ivar size: pieces on a pallet in the company of the list, 0 when it is never palletised
    """

    product: object
    size: int = 0
    rows: list = field(default_factory=list)
    changes: list = field(default_factory=list)


class ProductPricelist(models.Model):
    """The price list as a document: what a client of a profile pays, now and soon.

    Prices come out of the list as in an order, so that the document never says anything else.
    """

    _inherit = "product.pricelist"

    # === ACTION METHODS === #

    def action_print_sheet(self):
        """Choose wilaya, day and language of the document."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.price_sheet_action")
        return {**action, "context": {"default_pricelist_id": self.id}}

    def action_import_prices(self):
        """Import a file into this list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.price_import_action")
        return {**action, "context": {"default_pricelist_id": self.id}}

    def action_export_prices(self):
        """Download the prices in the format of the import."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/bti/prices/template.xlsx?pricelist_id={self.id}",
            "target": "download",
        }

    # === SHEET === #

    def _get_price_sheet(self, day=None, state=None, partner=None):
        """What the price list document and the portal show.

        :param date day: day of the prices, by default today
        :param state: ``res.country.state`` of the destination, may be empty
        :param partner: the client, for his taxes
        :return: ``{"day", "state", "pricelist", "categories": [(category, [SheetProduct])],
            "has_pallets", "has_changes", "has_states"}``
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        pricelist = self.with_company(company)
        timezone = company._get_price_zone()
        today = datetime.now(timezone).date()
        day = day or today
        moment = datetime.combine(day, time(12), tzinfo=timezone)
        moment = moment.astimezone(UTC).replace(tzinfo=None)
        position = (
            self.env["account.fiscal.position"].with_company(company)._get_fiscal_position(partner)
            if partner
            else self.env["account.fiscal.position"]
        )
        sources = pricelist._get_sheet_sources()
        changes = sources._get_sheet_changes(moment)
        sheets = []
        for product in pricelist._get_sheet_products():
            rows = pricelist._get_sheet_rows(product, moment, state, position)
            size = product.product_tmpl_id._get_pallet_size(company)
            sheet = SheetProduct(product, size, rows)
            for change in changes:
                later = pricelist._get_sheet_rows(product, change, state, position)
                if [row.key for row in later] != [row.key for row in rows]:
                    sheet.changes.append((pricelist._to_sheet_day(change), later))
                    rows = later
            if sheet.rows or sheet.changes:
                sheets.append(sheet)
        return {
            "day": day,
            "state": state or self.env["res.country.state"],
            "company": company,
            "pricelist": pricelist,
            "currency": pricelist.currency_id,
            "categories": [
                (category, list(products))
                for category, products in groupby(sheets, lambda s: s.product.categ_id)
            ],
            "has_pallets": any(sheet.size for sheet in sheets),
            "has_changes": any(sheet.changes for sheet in sheets),
            "has_states": any(source._get_rule_table().has_destinations for source in sources),
        }

    def _to_sheet_day(self, moment):
        """Day of a moment where the company is.

        :rtype: date
        """
        company = self.company_id or self.env.company
        return moment.replace(tzinfo=UTC).astimezone(company._get_price_zone()).date()

    def _get_sheet_products(self):
        """Goods on sale, by range.

        :rtype: product.product
        """
        company = self.company_id or self.env.company
        products = self.env["product.product"].search(
            [
                ("sale_ok", "=", True),
                ("type", "=", "consu"),
                ("coming_soon", "=", False),
                ("company_id", "in", [False, company.id]),
            ]
        )
        return products.sorted(
            lambda product: (
                product.categ_id.complete_name or "",
                product.categ_id.id,
                product.default_code or "",
                product.name,
            )
        )

    def _get_sheet_sources(self):
        """This list and those that it is computed from.

        :rtype: product.pricelist
        """
        sources = pending = self
        while pending:
            pending = pending.item_ids.base_pricelist_id - sources
            sources |= pending
        return sources

    def _get_sheet_changes(self, moment):
        """Moments after ``moment`` at which a price begins or ends, the first ones.

        :rtype: list[datetime]
        """
        second = timedelta(seconds=1)
        rules = self.env["product.pricelist.item"].search_fetch(
            [
                ("pricelist_id", "in", self.ids),
                "|",
                ("date_start", ">", moment),
                ("date_end", ">", moment),
            ],
            ["date_start", "date_end"],
        )
        moments = {
            change
            for rule in rules
            for change in (rule.date_start, rule.date_end and rule.date_end + second)
            if change and change > moment
        }
        return sorted(moments)[:_MAX_CHANGES]

    def _get_sheet_rows(self, product, moment, state, position):
        """Rows of one product: loose and on pallets, together when they cost the same.

        :param position: fiscal position of the client, may be empty
        :rtype: list[SheetRow]
        """
        company = self.company_id or self.env.company
        size = product.product_tmpl_id._get_pallet_size(company)
        by_form = {}
        for form, first in ((FORM_LOOSE, 1), (FORM_PALLET, size)):
            if product.sold_loose if form == FORM_LOOSE else size:
                by_form[form] = self._get_sheet_prices(product, form, first, moment, state)
        loose, pallet = by_form.get(FORM_LOOSE), by_form.get(FORM_PALLET)
        if loose is not None and pallet is not None:
            steps = {step for step, _price, _rule in [*loose, *pallet] if step >= size} | {size}
            if all(self._price_at(loose, step) == self._price_at(pallet, step) for step in steps):
                by_form = {"": loose}
        taxes = product.taxes_id._filter_taxes_by_company(company)
        taxes = position.map_tax(taxes)
        rows = []
        for form, prices in by_form.items():
            for step, price, rule in prices:
                row = SheetRow(
                    form=form if size else "",
                    pieces=step,
                    pallets=step // size if size and step % size == 0 else 0,
                    until=rule.date_end and self._to_sheet_day(rule.date_end),
                    **self._get_sheet_amounts("piece", price, 1, product, taxes),
                )
                if size and form != FORM_LOOSE:
                    amounts = self._get_sheet_amounts("pallet", price, size, product, taxes)
                    row.pallet, row.pallet_taxed = amounts["pallet"], amounts["pallet_taxed"]
                rows.append(row)
        return rows

    def _get_sheet_prices(self, product, form, first, moment, state):
        """Price of a piece at each volume from which it changes.

        :param int first: smallest volume, in pieces
        :return: ``[(pieces, price, rule)]``
        """
        profile = {"delivery_form": form, "destination_state_id": state.id if state else False}
        candidates = self._get_rule_candidates(product, moment, **profile)
        steps = {first, *(int(rule.min_quantity) for rule in candidates)}
        prices = []
        for step in sorted(step for step in steps if step >= first):
            price, rule_id = self._get_product_price_rule(
                product, step, uom=product.uom_id, date=moment, **profile
            )
            price = round(price, 6)
            if price > 0 and (not prices or prices[-1][1] != price):
                prices.append((step, price, self.env["product.pricelist.item"].browse(rule_id)))
        return prices

    def _price_at(self, prices, pieces):
        return next((price for step, price, _rule in reversed(prices) if step <= pieces), None)

    def _get_sheet_amounts(self, name, price, pieces, product, taxes):
        """Price before and with tax, by the tax engine.

        :return: ``{name: before tax, name + "_taxed": with tax}``
        """
        amounts = taxes.compute_all(
            price, currency=self.currency_id, quantity=pieces, product=product
        )
        return {
            name: amounts["total_excluded"],
            f"{name}_taxed": amounts["total_included"],
        }

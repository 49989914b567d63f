import io
from datetime import UTC, datetime

from odoo import api, fields, models

from odoo.addons.bti_crm.tools.exchange import table_file

from .price_plan import get_profile
from .price_reader import COLUMNS, PriceReader


class PriceImport(models.TransientModel):
    """The file to fill in: the titles, and the prices of a list or an example."""

    _inherit = "bti.price.import"

    @api.model
    def _get_template_file(self, pricelist=None):
        """An XLSX file with the titles, and prices to be overwritten.

        :param pricelist: its present fixed prices are the lines; else two lines as an example
        :rtype: bytes
        """
        import xlsxwriter  # noqa: PLC0415 - slow to load, needed for few files

        reader = PriceReader(self.env, self.env["product.pricelist"])
        stream = io.BytesIO()
        # a name that begins with = is a text, not a formula
        book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
        sheet = book.add_worksheet(self.env._("Prices")[:31])
        if self.env["res.lang"]._get_data(code=self.env.lang).direction == "rtl":
            sheet.right_to_left()
        title = book.add_format({"bold": True, "bg_color": "#D9E2EC", "bottom": 1})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for index, column in enumerate(COLUMNS):
            sheet.write_string(0, index, reader.get_label(column), title)
        sheet.set_column(0, len(COLUMNS), 20)
        sheet.freeze_panes(1, 0)
        rows = self._get_template_rows(pricelist)
        for number, row in enumerate(rows, start=1):
            for index, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(number, index, cell, day)
                elif isinstance(cell, int | float):
                    sheet.write_number(number, index, cell)
                elif cell:
                    sheet.write_string(number, index, cell)
        sheet.data_validation(
            1,
            COLUMNS.index("form"),
            max(len(rows), 5000),
            COLUMNS.index("form"),
            {"validate": "list", "source": [self.env._("loose"), self.env._("pallet")]},
        )
        book.close()
        return stream.getvalue()

    def _get_template_rows(self, pricelist):
        forms = {"loose": self.env._("loose"), "pallet": self.env._("pallet")}
        rules = self.env["product.pricelist.item"]
        if pricelist:
            rules = rules.search(
                [
                    ("pricelist_id", "=", pricelist.id),
                    ("compute_price", "=", "fixed"),
                    ("product_tmpl_id", "!=", False),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", fields.Datetime.now()),
                ],
                order="product_tmpl_id, min_quantity, date_start",
            )
        if not rules:
            products = self.env["product.template"].search(
                [("sale_ok", "=", True), ("type", "=", "consu")], limit=2
            )
            return [
                [product.default_code or product.name, "", product.list_price, "", 0]
                for product in products
            ]

        States = self.env["res.country.state"]
        timezone = self.env.company._get_price_zone()

        def local(moment):
            moment = moment and moment.replace(tzinfo=UTC).astimezone(timezone)
            return moment and moment.replace(tzinfo=None, hour=0, minute=0, second=0)

        return [
            [
                (rule.product_id or rule.product_tmpl_id).default_code or rule.product_tmpl_id.name,
                pricelist.name,
                round(rule.fixed_price, table_file.MAX_DECIMALS),
                "",
                int(rule.min_quantity),
                forms.get(get_profile(rule)[0], ""),
                "; ".join(States.browse(get_profile(rule)[1]).mapped("name")),
                local(rule.date_start) or "",
                local(rule.date_end) or "",
            ]
            for rule in rules
        ]

import base64
import io
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ...tools import price_file
from .price_import_reader import COLUMNS, PriceReader

# changed prices that the note on the list names; the file is attached for the others
_NOTED_CHANGES = 20
_SECOND = timedelta(seconds=1)


class PriceImport(models.TransientModel):
    """Bring a price file into price lists: look first, then write.

    Nothing is written while the file is checked, and nothing at all when a line is wrong, unless
    the person asks for the right lines. A line that is there already changes nothing.
    """

    _name = "bti.price.import"
    _inherit = "bti.wizard.mixin"
    _description = "Import Prices"

    state = fields.Selection(
        [("file", "File"), ("checked", "Check"), ("done", "Imported")],
        default="file",
        required=True,
        readonly=True,
    )
    file = fields.Binary("Price file", attachment=False)
    filename = fields.Char()
    pricelist_id = fields.Many2one(
        "product.pricelist",
        "Price list",
        help="For the lines of the file that name no list.",
    )
    close_previous = fields.Boolean(
        "End earlier prices",
        default=True,
        help="A price with a first day ends the earlier price of the same product, quantity, form"
        " and wilayas the day before.",
    )
    on_error = fields.Selection(
        [
            ("nothing", "Import nothing until every line is right"),
            ("good", "Import the right lines, leave the wrong ones"),
        ],
        "When a line is wrong",
        default="nothing",
        required=True,
    )
    line_count = fields.Integer("Lines", readonly=True)
    wrong_count = fields.Integer("Wrong lines", readonly=True)
    create_count = fields.Integer("New prices", readonly=True)
    update_count = fields.Integer("Changed prices", readonly=True)
    same_count = fields.Integer("Unchanged", readonly=True)
    close_count = fields.Integer("Earlier prices that end", readonly=True)
    unread_columns = fields.Char("Columns not read", readonly=True)
    error_ids = fields.One2many("bti.price.import.error", "import_id", "Errors", readonly=True)
    error_file = fields.Binary("Wrong lines file", attachment=False, readonly=True)
    error_filename = fields.Char(readonly=True)
    pricelist_ids = fields.Many2many("product.pricelist", string="Lists", readonly=True)

    # === ACTION METHODS === #

    def action_check(self):
        """Read the file and tell what would happen; writes no price."""
        self.ensure_one()
        self._check()
        return self._reopen()

    def action_import(self):
        """Write the prices of the file.

        :raise UserError: when a line is wrong and the right ones alone are not wanted
        """
        self.ensure_one()
        if self.state == "done":
            return self._reopen()
        plan = self._check()
        if self.wrong_count and self.on_error == "nothing":
            raise UserError(
                self.env._(
                    "%(count)s lines are wrong, so nothing was imported. Correct them, or choose to"
                    " import the right lines.",
                    count=self.wrong_count,
                )
            )
        self._apply(plan)
        self.state = "done"
        return self._reopen()

    def action_back(self):
        """Choose another file, or correct this one."""
        self.ensure_one()
        self.write({"state": "file", "file": False, "filename": False})
        self.error_ids.unlink()
        return self._reopen()

    def action_download_errors(self):
        """The wrong lines with their reasons, to be corrected and imported again."""
        self.ensure_one()
        return self._download("error_file", self.error_filename)

    def action_download_template(self):
        """A file with the titles and two lines to be overwritten."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": "/bti/prices/template.xlsx",
            "target": "download",
        }

    def action_view_pricelists(self):
        """Open the lists that were written."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("product.product_pricelist_action2")
        if len(self.pricelist_ids) == 1:
            return {**action, "res_id": self.pricelist_ids.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", self.pricelist_ids.ids)]}

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "name": self.env._("Import Prices"),
        }

    def _download(self, field, filename):
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{field}/{filename}?download=true",
            "target": "download",
        }

    # === CHECK === #

    def _check(self):
        """Read the file into the figures and errors of this form.

        :return: the plan, see :meth:`_make_plan`
        :raise UserError: when the file as a whole cannot be read
        """
        self.ensure_one()
        reader = PriceReader(self.env, self.pricelist_id)
        lines = reader.read_lines(self._read_file())
        if lines is None:
            raise UserError(
                self.env._(
                    "The first line must have the titles of the columns: at least the product and"
                    " its price. Found: %(titles)s.",
                    titles=", ".join(filter(None, reader.header)) or "-",
                )
            )
        wrong = [line for line in lines if line.errors]
        plan = self._make_plan([line for line in lines if not line.errors])
        self.error_ids.unlink()
        self.env["bti.price.import.error"].create(
            [
                {
                    "import_id": self.id,
                    "line": line.number,
                    "column": column and reader.get_label(column),
                    "value": value,
                    "reason": reason,
                }
                for line in wrong
                for column, value, reason in line.errors
            ]
        )
        stem = (self.filename or "prices").rsplit(".", 1)[0].replace("/", "-")
        self.write(
            {
                "state": "checked",
                "line_count": len(lines),
                "wrong_count": len(wrong),
                "create_count": len(plan["create"]),
                "update_count": len(plan["update"]),
                "same_count": plan["same"],
                "close_count": len(plan["close"]),
                "unread_columns": ", ".join(reader.unread),
                "pricelist_ids": [
                    fields.Command.set({line.pricelist.id for line in plan["lines"]})
                ],
                "error_file": base64.b64encode(self._get_error_file(reader, wrong))
                if wrong
                else False,
                "error_filename": self.env._("%(file)s - wrong lines.csv", file=stem),
            }
        )
        return plan

    def _read_file(self):
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        try:
            return price_file.read_rows(base64.b64decode(self.file), self.filename or "")
        except price_file.PriceFileError as error:
            raise UserError(
                {
                    "empty": self.env._("The file is empty."),
                    "too_long": self.env._(
                        "The file is too long: at most %(count)s lines at a time.",
                        count=price_file.MAX_ROWS,
                    ),
                    "damaged": self.env._("The file is damaged and cannot be opened."),
                }.get(
                    error.code,
                    self.env._(
                        "This is neither a CSV nor an XLSX file. Save it as one of them first."
                    ),
                )
            ) from error

    def _get_error_file(self, reader, wrong):
        """The wrong lines as they were, with their numbers and reasons."""
        width = len(reader.header)
        rows = []
        for line in wrong:
            reasons = [
                f"{reader.get_label(column)}: {reason}" if column else reason
                for column, _value, reason in line.errors
            ]
            cells = [
                cell.strftime("%d/%m/%Y") if isinstance(cell, datetime) else price_file.clean(cell)
                for cell in line.row[:width]
            ]
            cells += [""] * (width - len(cells))
            rows.append([*cells, line.number, " ".join(reasons)])
        header = [*reader.header, self.env._("Line"), self.env._("Reason")]
        return price_file.write_csv(header, rows)

    # === PLAN === #

    def _make_plan(self, lines):
        """What the lines would do to the rules that are there.

        :param lines: right ones, at most one for each price
        :return: ``{"lines", "create": [line], "update": [(rule, vals, line)],
            "close": [(rule, last moment)], "same": count}``
        """
        rules_by_group = self._get_rules_by_group(lines)
        lines_by_group = defaultdict(list)
        for line in lines:
            lines_by_group[line.group].append(line)
        plan = {"lines": lines, "create": [], "update": [], "close": [], "same": 0}
        for group, group_lines in lines_by_group.items():
            rules = rules_by_group.get(group, {})
            starts = {line.date_start for line in group_lines}
            others = [rule for start, rule in rules.items() if start not in starts]
            if self.close_previous:
                self._close_earlier(group_lines, others, plan)
            for line in group_lines:
                rule = rules.get(line.date_start)
                if rule is None:
                    plan["create"].append(line)
                    continue
                vals = {}
                if abs(rule.fixed_price - line.price) >= 10**-price_file.MAX_DECIMALS:
                    vals["fixed_price"] = line.price
                if rule.date_end != (line.date_end or False):
                    vals["date_end"] = line.date_end or False
                if vals:
                    plan["update"].append((rule, vals, line))
                else:
                    plan["same"] += 1
        return plan

    def _get_rules_by_group(self, lines):
        """Fixed prices of the lines' lists and products.

        :return: ``{group of a line: {first moment or None: rule}}``
        """
        products = {line.group[1] for line in lines}
        rules = self.env["product.pricelist.item"].search(
            [
                ("pricelist_id", "in", list({line.pricelist.id for line in lines})),
                ("product_tmpl_id", "in", list(products)),
                ("compute_price", "=", "fixed"),
            ],
            order="id",  # of two rules for the same, the later one decides in Odoo
        )
        variant_counts = {
            template.id: len(template.product_variant_ids) for template in rules.product_tmpl_id
        }
        found = defaultdict(dict)
        for rule in rules:
            template = rule.product_tmpl_id.id
            variant = rule.product_id.id if variant_counts[template] > 1 else 0
            group = (
                rule.pricelist_id.id,
                template,
                variant or 0,
                *self._get_profile(rule),
                int(rule.min_quantity),
            )
            found[group][rule.date_start or None] = rule
        return found

    def _get_profile(self, rule):
        """Form and wilayas of a rule.

        :return: ``(form or "", frozenset of ids)``
        """
        return rule.delivery_form or "", frozenset(rule.state_ids.ids)

    def _close_earlier(self, lines, rules, plan):
        """End each price when the next one of the same thing begins.

        A price for some weeks only does not end the one that goes on after it.

        :param lines: of one group; their ``date_end`` is set
        :param rules: rules of the group that the file does not name
        """
        entries = sorted(
            [
                (entry.date_start or datetime.min, entry.date_end or datetime.max, is_rule, entry)
                for is_rule, entries in ((False, lines), (True, rules))
                for entry in entries
            ],
            key=lambda entry: entry[0],
        )
        reach = [end for _start, end, _is_rule, _entry in entries]  # of a chain of prices
        for index in reversed(range(len(entries) - 1)):
            end = entries[index][1]
            if end != datetime.max and entries[index + 1][0] <= end + _SECOND:
                reach[index] = max(end, reach[index + 1])
        for index, (_start, end, is_rule, entry) in enumerate(entries):
            for later, covered in zip(entries[index + 1 :], reach[index + 1 :], strict=True):
                if later[0] > end:
                    break
                if (is_rule and later[2]) or covered < end:
                    continue
                last = later[0] - _SECOND
                if is_rule:
                    plan["close"].append((entry, last))
                else:
                    entry.date_end = last
                break

    # === WRITE === #

    def _apply(self, plan):
        self.env["product.pricelist.item"].create(
            [self._prepare_rule_vals(line) for line in plan["create"]]
        )
        changes = defaultdict(list)
        rules_by_vals = defaultdict(list)  # one write for all rules that get the same
        for rule, vals, line in plan["update"]:
            changes[line.pricelist].append((rule, rule.fixed_price, line.price))
            rules_by_vals[tuple(vals.items())].append(rule.id)
        for rule, last in plan["close"]:
            rules_by_vals[("date_end", last),].append(rule.id)
        for vals, rule_ids in rules_by_vals.items():
            self.env["product.pricelist.item"].browse(rule_ids).write(dict(vals))
        created = Counter(line.pricelist for line in plan["create"])
        closed = Counter(rule.pricelist_id for rule, _last in plan["close"])
        content = base64.b64decode(self.file)
        for pricelist in self.pricelist_ids:
            if not (created[pricelist] or changes[pricelist] or closed[pricelist]):
                continue
            self._note(
                pricelist, created[pricelist], changes[pricelist], closed[pricelist], content
            )

    def _prepare_rule_vals(self, line):
        """Values of a new rule.

        :param line: :class:`PriceLine`
        """
        variant = line.product._name == "product.product"
        template = line.product.product_tmpl_id if variant else line.product
        return {
            "delivery_form": line.form or False,
            "state_ids": [fields.Command.set(line.states)],
            "pricelist_id": line.pricelist.id,
            "applied_on": "0_product_variant" if variant else "1_product",
            "display_applied_on": "1_product",
            "product_tmpl_id": template.id,
            "product_id": line.product.id if variant else False,
            "compute_price": "fixed",
            "fixed_price": line.price,
            "min_quantity": line.min_quantity,
            "date_start": line.date_start,
            "date_end": line.date_end,
        }

    def _note(self, pricelist, created, changes, closed, content):
        """Write on the list who imported what."""
        rows = [
            Markup("<li>%s: %s → %s</li>")
            % (
                rule.name,
                formatLang(self.env, old, dp="Product Price", currency_obj=rule.currency_id),
                formatLang(self.env, new, dp="Product Price", currency_obj=rule.currency_id),
            )
            for rule, old, new in changes[:_NOTED_CHANGES]
        ]
        more = len(changes) - len(rows)
        if more > 0:
            rows.append(Markup("<li>%s</li>") % self.env._("and %(count)s more", count=more))
        pricelist.message_post(
            body=Markup("<p>%s</p><ul>%s</ul>")
            % (
                self.env._(
                    "Prices imported from %(file)s: %(created)s new, %(changed)s changed,"
                    " %(closed)s earlier ones ended.",
                    file=self.filename or self.env._("a file"),
                    created=created,
                    changed=len(changes),
                    closed=closed,
                ),
                Markup("").join(rows),
            ),
            attachments=[(self.filename or "prices.csv", content)],
        )

    # === TEMPLATE === #

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
        rows = self._get_template_rows(pricelist, reader)
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

    def _get_template_rows(self, pricelist, reader):
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

        def local(moment):
            moment = moment and moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(reader.timezone)
            return moment and moment.replace(tzinfo=None, hour=0, minute=0, second=0)

        return [
            [
                (rule.product_id or rule.product_tmpl_id).default_code or rule.product_tmpl_id.name,
                pricelist.name,
                round(rule.fixed_price, price_file.MAX_DECIMALS),
                "",
                int(rule.min_quantity),
                forms.get(self._get_profile(rule)[0], ""),
                "; ".join(States.browse(self._get_profile(rule)[1]).mapped("name")),
                local(rule.date_start) or "",
                local(rule.date_end) or "",
            ]
            for rule in rules
        ]


class PriceImportError(models.TransientModel):
    _name = "bti.price.import.error"
    _description = "Wrong Line of a Price File"
    _order = "line, id"

    import_id = fields.Many2one("bti.price.import", required=True, ondelete="cascade", index=True)
    line = fields.Integer(help="Number of the line in the file; the titles are line 1.")
    column = fields.Char()
    value = fields.Char()
    reason = fields.Char()

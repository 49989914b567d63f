import base64
from datetime import datetime
from urllib.parse import quote

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.bti_crm.tools.exchange import table_file
from odoo.addons.bti_messaging.tools.plural import counted

from .price_plan import PricePlan
from .price_reader import PriceReader

# changed prices that the note on the list names; the file is attached for the others
_NOTED_CHANGES = 20


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
                counted(
                    self.env,
                    self.env._(
                        "# line is wrong, so nothing was imported. Correct it, or choose to import"
                        " the right lines.|# lines are wrong, so nothing was imported. Correct"
                        " them, or choose to import the right lines."
                    ),
                    self.wrong_count,
                )
            )
        for pricelist, done in plan.apply().items():
            self._note(pricelist, **done)
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
            return {
                **action,
                "res_id": self.pricelist_ids.id,
                "views": [(False, "form")],
            }
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
            "url": f"/web/content/{self._name}/{self.id}/{field}/{quote(filename)}?download=true",
            "target": "download",
        }

    # === CHECK === #

    def _check(self):
        """Read the file into the figures and errors of this form.

        :rtype: PricePlan
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
        plan = PricePlan(self.env, [line for line in lines if not line.errors], self.close_previous)
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
                "create_count": len(plan.create),
                "update_count": len(plan.update),
                "same_count": plan.same,
                "close_count": len(plan.close),
                "unread_columns": ", ".join(reader.unread),
                "pricelist_ids": [fields.Command.set({line.pricelist.id for line in plan.lines})],
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
            return table_file.read_rows(base64.b64decode(self.file), self.filename or "")
        except table_file.TableFileError as error:
            raise UserError(
                {
                    "empty": self.env._("The file is empty."),
                    "too_long": self.env._(
                        "The file is too long: at most %(count)s lines at a time.",
                        count=table_file.MAX_ROWS,
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
                cell.strftime("%d/%m/%Y") if isinstance(cell, datetime) else table_file.clean(cell)
                for cell in line.row[:width]
            ]
            cells += [""] * (width - len(cells))
            rows.append([*cells, line.number, " ".join(reasons)])
        header = [*reader.header, self.env._("Line"), self.env._("Reason")]
        return table_file.write_csv(header, rows)

    # === WRITE === #

    def _note(self, pricelist, created, changed, closed):
        """Write on the list who imported what, see :meth:`PricePlan.apply`."""
        rows = [
            Markup("<li>%s: %s → %s</li>")
            % (
                rule.name,
                formatLang(self.env, old, dp="Product Price", currency_obj=rule.currency_id),
                formatLang(self.env, new, dp="Product Price", currency_obj=rule.currency_id),
            )
            for rule, old, new in changed[:_NOTED_CHANGES]
        ]
        more = len(changed) - len(rows)
        if more > 0:
            rest = counted(self.env, self.env._("and # more|and # more"), more)
            rows.append(Markup("<li>%s</li>") % rest)
        pricelist.message_post(
            body=Markup("<p>%s</p><ul>%s</ul>")
            % (
                self.env._(
                    "Prices imported from %(file)s: %(created)s new, %(changed)s changed,"
                    " %(closed)s earlier ones ended.",
                    file=self.filename or self.env._("a file"),
                    created=created,
                    changed=len(changed),
                    closed=closed,
                ),
                Markup("").join(rows),
            ),
            attachments=[(self.filename or "prices.csv", base64.b64decode(self.file))],
        )


class PriceImportError(models.TransientModel):
    _name = "bti.price.import.error"
    _description = "Wrong Line of a Price File"
    _order = "line, id"

    import_id = fields.Many2one("bti.price.import", required=True, ondelete="cascade", index=True)
    line = fields.Integer(help="Number of the line in the file; the titles are line 1.")
    column = fields.Char()
    value = fields.Char()
    reason = fields.Char()

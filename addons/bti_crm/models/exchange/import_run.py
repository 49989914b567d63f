from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.bti_messaging.tools.plural import counted

# what a person says of a run; all else is written by the program
_BY_PERSON = {"profile_id", "file", "filename", "on_error", "dossier_id"}
_OPEN = ("draft", "checked")


class ImportRun(models.Model):
    """One file on its way in: draft, checked, running, done; or taken back."""

    _name = "bti.import.run"
    _inherit = ["bti.wizard.mixin"]
    _description = "Import"
    _order = "id desc"
    _rec_name = "filename"

    profile_id = fields.Many2one(
        "bti.import.profile", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(related="profile_id.kind", store=True, readonly=True)
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, readonly=True, required=True
    )
    file = fields.Binary(attachment=True)
    filename = fields.Char("File name", default=lambda self: self.env._("New import"))
    dossier_id = fields.Many2one(
        "bti.import.dossier",
        ondelete="set null",
        domain="[('profile_id', '=', profile_id)]",
        help="Out of which dossier the whole file was exported, where no column says it.",
    )
    on_error = fields.Selection(
        [
            ("nothing", "Import nothing until every line is right"),
            ("good", "Import the right lines, leave the wrong ones"),
        ],
        "When a line is wrong",
        default="good",
        required=True,
    )
    state = fields.Selection(
        [
            ("draft", "File"),
            ("checking", "Being checked"),
            ("checked", "Checked"),
            ("running", "Being imported"),
            ("done", "Imported"),
            ("undoing", "Being taken back"),
            ("undone", "Taken back"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    paused = fields.Boolean(readonly=True)
    problem = fields.Char(readonly=True)
    ended_at = fields.Datetime(readonly=True)
    header = fields.Json(readonly=True)
    res_model = fields.Char(readonly=True)
    column_ids = fields.One2many(related="profile_id.column_ids", readonly=False)
    row_ids = fields.One2many("bti.import.row", "run_id", "Lines", readonly=True)
    line_ids = fields.One2many("bti.import.line", "run_id", "Faults", readonly=True)
    row_count = fields.Integer("Lines of the file", compute="_compute_counts")
    wrong_count = fields.Integer("Wrong", compute="_compute_counts")
    left_count = fields.Integer("Titles, sums, left out", compute="_compute_counts")
    create_count = fields.Integer("New", compute="_compute_counts")
    update_count = fields.Integer("Changed", compute="_compute_counts")
    same_count = fields.Integer("Unchanged", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")

    # === COMPUTE METHODS === #

    @api.depends("state", "row_ids.state")
    def _compute_counts(self):
        found = {run.id: {} for run in self}
        for run, state, outcome, count in self.env["bti.import.row"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state", "outcome"], ["__count"]
        ):
            found[run.id][state, outcome] = count
        for run in self:
            counts = found[run.id]
            run.row_count = sum(counts.values())
            run.wrong_count = sum(n for (state, _outcome), n in counts.items() if state == "wrong")
            run.left_count = sum(n for (state, _o), n in counts.items() if state == "left_out")
            for name, outcome in (("create", "created"), ("update", "updated"), ("same", "same")):
                run[f"{name}_count"] = sum(
                    n
                    for (state, what), n in counts.items()
                    if what == outcome and state in ("ok", "done")
                )
            todo = run._get_todo_state()
            left = sum(n for (state, _outcome), n in counts.items() if state == todo)
            run.progress = 100 * (1 - left / run.row_count) if run.row_count else 0

    def _get_todo_state(self):
        """:return: state of the lines that the present step has not handled"""
        return {"checking": "waiting", "running": "ok", "undoing": "done"}.get(self.state)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_by_person(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_person(vals)
        if self.env.su or not {"profile_id", "file", "dossier_id"} & vals.keys():
            return super().write(vals)
        self._check_open()
        result = super().write(vals)
        if {"profile_id", "file"} & vals.keys():
            self._forget_lines()
        self.sudo().state = "draft"  # sudo: what was tried is another import
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_without_records(self):
        if any(run.state not in ("draft", "checked", "undone") for run in self):
            raise UserError(
                self.env._("This import has made records: take it back before you delete it.")
            )

    def _check_by_person(self, vals):
        """:raise AccessError: somebody writes what only the program knows"""
        names = vals.keys() | {
            key[8:] for key in self.env.context
            if key.startswith("default_") and key[8:] in self._fields
        }  # fmt: skip
        if not self.env.su and names - _BY_PERSON - {"column_ids"}:
            raise AccessError(self.env._("The state of an import is written by the program only."))

    def _forget_lines(self):
        """The lines of the file before are not those of this one."""
        runs = self.sudo()  # sudo: lines and faults are the system's
        runs.line_ids.unlink()
        runs.row_ids.unlink()
        runs.header = False

    def _check_open(self):
        if any(run.state not in _OPEN for run in self):
            raise UserError(self.env._("This file is already being imported."))

    # === ACTION METHODS === #

    def action_read(self):
        """Read the file, so that its columns can be mapped; brings nothing in."""
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        self._stage()

    def action_check(self):
        """Try all lines: tell what would be new, changed or wrong; brings nothing in."""
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        self.profile_id._get_kind()._check_rights()
        if not self.header:
            self._stage()
        self._check_columns()
        self._restart()
        self._begin("checking")

    def action_run(self):
        """Bring the right lines in."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "checked":
            raise UserError(self.env._("Check the file first."))
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
        self._begin("running")

    def action_pause(self):
        """Stop after the present slice of lines; what is in stays in."""
        self.check_access("write")
        # sudo: state of an import, which the program writes for who may import
        self.sudo().filtered(lambda run: run._get_todo_state()).paused = True

    def action_resume(self):
        """Go on where it was paused."""
        self.check_access("write")
        self.sudo().write({"paused": False, "problem": False})  # sudo: as for pausing
        self._wake()

    def action_undo(self):
        """Take back what the import made and changed, while nothing was built on it.

        :raise UserError: something was
        """
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("done", "running") or (self.state == "running" and not self.paused):
            raise UserError(
                self.env._("There is nothing to take back; pause a running import first.")
            )
        self._check_undo()
        self._begin("undoing")

    def action_download_faults(self):
        """The wrong lines as they were, with the reason, to be mended and imported again."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/fault_file?download=true",
            "target": "download",
        }

    def action_view_rows(self):
        """The lines of the file and what became of them."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("bti_crm.action_import_row"),
            "domain": [("run_id", "=", self.id)],
        }

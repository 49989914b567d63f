from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# how long the lines of a file are kept once it is in: as long as somebody may take it back
KEPT_DAYS = 90


class ImportRow(models.Model):
    """A line of a file, as it stands there and as far as it has come. The system's own."""

    _name = "bti.import.row"
    _description = "Line of an Imported File"
    _order = "run_id, number"
    _rec_name = "number"

    run_id = fields.Many2one("bti.import.run", required=True, ondelete="cascade")
    number = fields.Integer("Line", required=True)
    cells = fields.Json()
    key = fields.Char()
    # the key without the number of the line among those of the same key
    base_key = fields.Char()
    # of a line that a trial would make a record of: see ImportItem.marks
    marks = fields.Json(export_string_translation=False)
    state = fields.Selection(
        [
            ("waiting", "Not looked at"),
            ("ok", "Right"),
            ("wrong", "Wrong"),
            ("left_out", "Left out"),
            ("done", "Brought in"),
            ("undone", "Taken back"),
        ],
        default="waiting",
        required=True,
    )
    outcome = fields.Selection(
        [
            ("created", "New"),
            ("updated", "Changed"),
            ("same", "Unchanged"),
        ],
    )
    company_id = fields.Many2one("res.company")
    res_id = fields.Many2oneReference("Record", model_field="res_model", index="btree_not_null")
    res_model = fields.Char(related="run_id.res_model")
    # what the import changed: {"values": {field: value before}, "known": what the last file said}
    before = fields.Json()

    _in_order = models.UniqueIndex("(run_id, number)")
    _next_idx = models.Index("(run_id, state, number)")
    _same_idx = models.Index("(run_id, base_key) WHERE base_key IS NOT NULL")
    _marks_idx = models.Index("USING gin (marks) WHERE marks IS NOT NULL")

    @api.autovacuum
    def _gc_rows(self):
        """Forget what a file said, once nobody takes it back: clients' numbers are in it. Of files
        that nobody brought in, too, and the files themselves."""
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        over = Domain("state", "not in", ("checking", "running", "undoing")) & (
            Domain("ended_at", "<", old)
            | Domain("ended_at", "=", False) & Domain("create_date", "<", old)
        )
        self.search(Domain("run_id", "any", over), limit=50_000).unlink()
        self.env["bti.import.run"].search(over & Domain("file", "!=", False), limit=1_000).write(
            {"file": False}
        )


class ImportLine(models.Model):
    """What is wrong with a line, in the language of who brings the file in."""

    _name = "bti.import.line"
    _description = "Fault of an Imported Line"
    _order = "run_id, line, id"
    _rec_name = "line"

    run_id = fields.Many2one("bti.import.run", required=True, ondelete="cascade", index=True)
    row_id = fields.Many2one("bti.import.row", ondelete="cascade", index=True)
    line = fields.Integer(help="Number of the line in the file.")
    column = fields.Char()
    value = fields.Char()
    reason = fields.Char(required=True)
    level = fields.Selection(
        [("error", "Left out"), ("warning", "Brought in")], default="error", required=True
    )

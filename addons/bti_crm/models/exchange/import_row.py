from datetime import timedelta

from odoo import api, fields, models

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

    @api.autovacuum
    def _gc_rows(self):
        """Forget what a file said, once nobody takes it back: clients' numbers are in it."""
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("run_id.state", "in", ("done", "undone")), ("run_id.ended_at", "<", old)],
                    limit=50_000).unlink()  # fmt: skip


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

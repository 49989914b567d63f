import base64

from odoo import api, fields, models

from ...tools.exchange import table_file


class ImportRun(models.Model):
    """The faults of a file as a file: each wrong line as it was, where it is and why."""

    _inherit = "bti.import.run"

    fault_file = fields.Binary(compute="_compute_fault_file")
    fault_filename = fields.Char(compute="_compute_fault_file")

    @api.depends_context("lang")
    def _compute_fault_file(self):
        for run in self:
            stem = (run.filename or "import").rsplit(".", 1)[0].replace("/", "-")
            run.fault_filename = self.env._("%(file)s - wrong lines.csv", file=stem)
            run.fault_file = base64.b64encode(run._get_fault_file()) if run.header else False

    def _get_fault_file(self):
        """The wrong lines with their reasons; mended, the file is imported as it is.

        :rtype: bytes
        """
        self.ensure_one()
        rows = self.env["bti.import.row"].search(
            [("run_id", "=", self.id), ("state", "=", "wrong")], order="number"
        )
        reasons = {}
        for line in self.line_ids.filtered(lambda line: line.level == "error"):
            text = f"{line.column}: {line.reason}" if line.column else line.reason
            reasons.setdefault(line.row_id.id, []).append(text)
        width = len(self.header)
        return table_file.write_csv(
            [*self.header, self.env._("Line"), self.env._("Reason")],
            (
                [
                    *(self._get_text(cell) for cell in [*(row.cells or []), *[""] * width][:width]),
                    row.number,
                    " ".join(reasons.get(row.id, [])),
                ]
                for row in rows
            ),
        )

    @api.model
    def _get_text(self, cell):
        return cell.get("formula", "") if isinstance(cell, dict) else table_file.clean(cell)

import base64
import math
from datetime import date, datetime

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.exchange import table_file
from ...tools.exchange.table_shape import find_header, is_repeated, is_total, unique_titles
from ...tools.exchange.workbook import Formula

MAX_BYTES = 40 * 1024 * 1024
MAX_LINES = 300_000
_PREVIEWED = 10
_STAGED = 5_000


def explain(env, error, limit):
    """Why a file cannot be read, in words.

    :param TableFileError error: what the reader said
    :param int limit: how many lines are read at most
    :rtype: str
    """
    return {
        "empty": env._("The file is empty."),
        "too_long": env._("The file is too long: at most %(count)s lines at a time.", count=limit),
        "damaged": env._("The file is damaged and cannot be opened."),
    }.get(
        error.code,
        env._("This is neither a CSV nor an XLS or XLSX file. Save it as one of them first."),
    )


class ImportRun(models.Model):
    """The file: read once into lines, shown with what its columns are taken for."""

    _inherit = "bti.import.run"

    preview = fields.Html(compute="_compute_preview", sanitize=False)

    # === READ === #

    def _stage(self):
        """Read the file into lines of the database, and its titles into the profile."""
        self.ensure_one()
        rows = self._read_file()
        known = set(self.profile_id._get_kind()._get_titles())
        known |= {
            table_file.normalise(title) for title in self.profile_id.column_ids.mapped("title")
        }
        start = find_header(rows, known)
        titles = rows[start][1]
        header = unique_titles(titles)
        self.profile_id._add_titles(header)
        # sudo: lines and titles of a file are the system's, for who may import
        self._forget_lines()
        run = self.sudo()
        run.write({"header": header, "state": "draft"})
        Row = run.env["bti.import.row"].with_context(prefetch_fields=False)
        for chunk in _chunks(rows[start + 1 :]):
            Row.create(
                [
                    {
                        "run_id": run.id,
                        "number": number,
                        "cells": [_to_json(cell) for cell in cells],
                        "state": "left_out"
                        if is_repeated(cells, titles) or is_total(cells)
                        else "waiting",
                    }
                    for number, cells in chunk
                ]
            )
            run.env.flush_all()
            Row.invalidate_model()
        if not run.row_count:
            raise UserError(self.env._("The file has titles, but no line below them."))

    def _read_file(self):
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        content = base64.b64decode(self.with_context(bin_size=False).file)
        if len(content) > MAX_BYTES:
            raise UserError(
                self.env._(
                    "The file is too large: at most %(size)s MB at a time.",
                    size=MAX_BYTES // 1024 // 1024,
                )
            )
        try:
            return table_file.read_rows(content, self.filename or "", MAX_LINES)
        except table_file.TableFileError as error:
            raise UserError(explain(self.env, error, MAX_LINES)) from error

    def _check_columns(self):
        """:raise UserError: a column that is needed is not mapped"""
        mapped = set(self._get_mapping().values())
        missing = [
            field.label
            for field in self.profile_id._get_kind()._get_fields()
            if field.required and field.name not in mapped
        ]
        if missing:
            raise UserError(
                self.env._(
                    "Say which columns are: %(fields)s. The file has the titles: %(titles)s.",
                    fields=", ".join(missing),
                    titles=", ".join(filter(None, self.header)) or "-",
                )
            )

    def _get_mapping(self):
        """:return: ``{index of a column: field}``, of the columns that are read"""
        fields_by_title = {
            table_file.normalise(column.title): column.field
            for column in self.profile_id.column_ids
            if column.field
        }
        found = {}
        for index, title in enumerate(self.header or []):
            field = fields_by_title.get(table_file.normalise(title))
            if field:
                found[index] = field
        return found

    # === PREVIEW === #

    @api.depends("header", "state", "profile_id.column_ids.field", "dossier_id")
    def _compute_preview(self):
        for run in self:
            run.preview = run._get_preview() if run.header else False

    def _get_preview(self):
        """The first lines as they are understood."""
        rows = self.env["bti.import.row"].search(
            [("run_id", "=", self.id), ("state", "!=", "left_out")], limit=_PREVIEWED
        )
        mapping = self._get_mapping()
        labels = {field.name: field.label for field in self.profile_id._get_kind()._get_fields()}
        names = list(dict.fromkeys(mapping.values()))
        if not rows or not names:
            return False
        items = self._make_items(rows)
        head = Markup("").join(
            Markup("<th class='text-nowrap'>%s</th>") % text
            for text in (self.env._("Line"), *(labels.get(name, name) for name in names))
        )
        body = Markup("").join(
            Markup("<tr><td>%s</td>%s</tr>")
            % (
                item.row.number,
                Markup("").join(
                    Markup("<td class='%s'>%s</td>")
                    % (
                        "text-danger" if any(fault[0] == name for fault in item.faults) else "",
                        next(
                            (fault[1] for fault in item.faults if fault[0] == name),
                            _shown(item.values.get(name, "")),
                        ),
                    )
                    for name in names
                ),
            )
            for item in items
        )
        return (
            Markup("<table class='table table-sm o_bti_import_preview'><thead><tr>%s</tr></thead>"
                   "<tbody>%s</tbody></table>") % (head, body)
        )  # fmt: skip


def _chunks(rows):
    return (rows[start : start + _STAGED] for start in range(0, len(rows), _STAGED))


def _to_json(cell):
    """A cell as it is kept: days as text, formulas without a result marked as such."""
    if isinstance(cell, Formula):
        return {"formula": str(cell)}
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)  # JSON has none, and nobody means it
    if isinstance(cell, (int, float, str)) or cell is None:
        return cell.replace("\x00", "") if isinstance(cell, str) else cell
    return str(cell)


def _shown(value):
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)[:80]

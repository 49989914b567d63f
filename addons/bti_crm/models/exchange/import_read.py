from decimal import Decimal

from odoo import models

from odoo.addons.bti_messaging.tools import typed

from ...tools.exchange import table_file
from ...tools.exchange.table_shape import parse_day
from .import_kind import ImportItem

MAX_NUMBER = Decimal(10) ** 12


class ImportRun(models.Model):
    """The cells of a line, understood by what the profile says of their columns."""

    _inherit = "bti.import.run"

    def _make_items(self, rows):
        """Lines of the file with their cells understood.

        :param rows: ``bti.import.row``
        :rtype: list[ImportItem]
        """
        self.ensure_one()
        profile = self.profile_id
        mapping = self._get_mapping()
        kind = profile._get_kind()
        known = {field.name: field for field in kind._get_fields()}
        translations, dossiers = profile._get_translations(), profile._get_dossiers()
        keys = [column.field for column in profile.column_ids if column.is_key and column.field]
        company_ids = self.env.user._get_company_ids()
        items = []
        for row in rows:
            cells = row.cells
            item = ImportItem(row, {}, self.dossier_id, self.company_id)
            items.append(item)
            if any(table_file.clean(cell) for cell in cells[len(self.header) :]):
                item.refuse(
                    None,
                    self.env._(
                        "This line has more cells than the titles. A comma in a number or in a"
                        " name must not be the sign between the columns."
                    ),
                )
                continue
            for index, name in mapping.items():
                cell = cells[index] if index < len(cells) else None
                self._read_cell(item, known.get(name), cell, translations)
            self._read_dossier(item, dossiers)
            if item.company.id not in company_ids:
                item.refuse("dossier", self.env._("You do not work for the company of this line."))
            item.key = self._make_key(kind, item, keys)
        return items

    def _read_cell(self, item, field, cell, translations):
        """One cell into the item's values, or a fault."""
        if field is None or cell is None or cell == "":
            return
        if isinstance(cell, dict):
            item.refuse(
                field.name,
                self.env._("This formula has no result: open the file, calculate and save it."),
                cell.get("formula", ""),
            )
            return
        text = table_file.clean(cell)
        if translations and (word := (field.name, table_file.normalise(text))) in translations:
            cell = text = translations[word]
        if not text:
            return
        if field.type == "text":
            if len(text) > field.size:
                item.refuse(
                    field.name,
                    self.env._("This text is too long: at most %s characters.", field.size),
                    text,
                )
                return
            before = item.values.get(field.name)
            item.values[field.name] = f"{before} / {text}" if before else text
            return
        read = self._read_day if field.type == "day" else self._read_number
        value = read(item, field, cell)
        if value is not None:
            item.values[field.name] = value

    def _read_number(self, item, field, cell):
        try:
            number = table_file.parse_decimal(cell)
        except typed.AmbiguousNumber:
            return item.refuse(
                field.name,
                self.env._(
                    "This may mean thousands or decimals: leave the sign away or write two"
                    " decimals."
                ),
                cell,
            )
        except ValueError:
            return item.refuse(field.name, self.env._("This is not a number."), cell)
        if abs(number) > MAX_NUMBER:
            return item.refuse(field.name, self.env._("This number is too large to be true."), cell)
        if field.type == "whole":
            if number % 1:
                return item.refuse(field.name, self.env._("This must be a whole number."), cell)
            return int(number)
        return number

    def _read_day(self, item, field, cell):
        try:
            return parse_day(cell)
        except table_file.OddYear:
            return item.refuse(field.name, self.env._("Check the year of this day."), cell)
        except ValueError:
            return item.refuse(
                field.name, self.env._("This is not a date; write it as 31/12/2026."), cell
            )

    def _read_dossier(self, item, dossiers):
        """Whose the line is; ``left_out`` dossiers are seen by :meth:`_handle`."""
        name = item.get("dossier")
        if name:
            item.dossier = dossiers.get(table_file.normalise(name), item.dossier.browse())
            if not item.dossier:
                item.refuse("dossier", self.env._("The profile does not say what this dossier is."))
        item.company = item.dossier.company_id or self.company_id

    def _make_key(self, kind, item, names):
        """By which a second import knows the line; each dossier has its own codes."""
        if names:
            values = [str(item.values.get(name, "")).strip().casefold() for name in names]
            key = "|".join(values) if any(values) else ""
        else:
            key = kind._get_key(item)
        if key and item.dossier:
            key = f"{table_file.normalise(item.dossier.name)}:{key}"
        return key[:500]

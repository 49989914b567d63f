from collections import Counter

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .import_work import is_same

_NAMED = 5


class ImportRun(models.Model):
    """Taking back a whole import, while nothing was built on it."""

    _inherit = "bti.import.run"

    def _check_undo(self):
        """:raise UserError: something was built on what the import made, or changed since"""
        self.ensure_one()
        self.env.flush_all()
        if not self.env["bti.import.row"].search_count([("run_id", "=", self.id)], limit=1):
            raise UserError(
                self.env._("The lines of this import are not kept any more: it is too old.")
            )
        later = self.env.execute_query(
            SQL(
                "SELECT 1 FROM bti_import_row r JOIN bti_import_run mine ON mine.id = r.run_id"
                " JOIN bti_import_row o ON o.res_id = r.res_id"
                " AND o.state = 'done' AND o.run_id <> r.run_id AND o.outcome <> 'same'"
                " JOIN bti_import_run later ON later.id = o.run_id AND later.kind = %s"
                " WHERE r.run_id = %s AND r.state = 'done'"
                # the order in which they came in; what is paused is not in yet
                " AND (COALESCE(later.ended_at, 'infinity'), later.id)"
                " > (COALESCE(mine.ended_at, 'infinity'), mine.id) LIMIT 1",
                self.kind,
                self.id,
            )
        )
        if later:
            raise UserError(
                self.env._("A later import changed the same records: take that one back first.")
            )
        built = self._find_built()
        if built:
            things = ", ".join(f"{label} ({count})" for label, count in built.most_common(_NAMED))
            raise UserError(
                self.env._(
                    "This import cannot be taken back: something was built on what it made."
                    " %(things)s.",
                    things=things,
                )
            )

    def _get_created(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT res_id FROM bti_import_row WHERE run_id = %s AND state = 'done'"
                " AND outcome = 'created'",
                self.id,
            )
        )
        return [row[0] for row in rows]

    def _find_built(self):
        """What names a record that the import made.

        :rtype: Counter
        """
        kind = self.profile_id._get_kind()
        made = kind._get_made(self._get_created())
        kept = kind._get_kept_tables() | set(made)
        labels = {model._table: model._description for model in self.env.registry.values()
                  if model._auto and not model._abstract and not model._transient}  # fmt: skip
        found = Counter()
        # sudo: which tables name a record
        merge = self.env["base.partner.merge.automatic.wizard"].sudo()
        for table, ids in made.items():
            if not ids:
                continue
            for other, column in merge._get_fk_on(table):
                if (
                    other in kept
                    and other not in made
                    or other not in labels
                    and "_rel" not in other
                ):
                    continue
                found.update(self._count_naming(other, column, ids, made, labels))
            found.update(self._count_chatter(table, ids))
        return found

    def _count_naming(self, table, column, ids, made, labels):
        own = SQL("")
        if table in made:
            own = SQL(" AND NOT (id = ANY(%s))", made[table])
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM %s WHERE %s = ANY(%s)%s",
                SQL.identifier(table),
                SQL.identifier(column),
                ids,
                own,
            )
        )
        label = labels.get(table)
        if not count or not label:
            return {}
        return {self.env["ir.model"]._get(self._get_model_of(table)).name or label: count}

    def _get_model_of(self, table):
        return next(
            name for name, model in self.env.registry.items()
            if model._table == table and model._auto and not model._abstract
        )  # fmt: skip

    def _count_chatter(self, table, ids):
        """What people wrote on a record, or planned for it."""
        model = self._get_model_of(table)
        found = {}
        for other, more in (
            ("mail.message", SQL(" AND message_type NOT IN ('notification', 'auto_comment')")),
            ("mail.activity", SQL("")),
        ):
            [(count,)] = self.env.execute_query(
                SQL(
                    "SELECT count(*) FROM %s WHERE %s = %s AND res_id = ANY(%s)%s",
                    SQL.identifier(self.env[other]._table),
                    SQL.identifier("model" if other == "mail.message" else "res_model"),
                    model,
                    ids,
                    more,
                )
            )
            if count:
                found[self.env["ir.model"]._get(other).name] = count
        return found

    def _take_back(self, rows):
        """Undo a slice of lines: what was changed is as before, what was made goes."""
        # sudo: who may import may take back what the import wrote in his name; keys and lines are
        # the system's
        Model = self.env[self.res_model].sudo().with_context(active_test=False)
        Key = self.env["bti.import.key"].sudo()
        keys = {
            (key.company_id.id, key.key): key
            for key in Key.search([("kind", "=", self.kind), ("key", "in", rows.mapped("key"))])
        }
        changed = [
            (row, values)
            for row in rows
            if row.outcome != "created" and (values := (row.before or {}).get("values"))
        ]
        records = Model.browse({row.res_id for row, _values in changed}).exists()
        records.fetch({name for _row, values in changed for name in values})
        there = dict(zip(records.ids, records, strict=True))
        for row, values in changed:
            key = keys.get((row.company_id.id, row.key), Key)
            if record := there.get(row.res_id):
                record.write(self._get_restored(record, values, key.values or {}))
        created = rows.filtered(lambda row: row.outcome == "created")
        Model.browse(set(created.mapped("res_id"))).exists().unlink()
        gone = []
        for row in rows:
            known = (row.before or {}).get("known") if row.outcome != "created" else None
            key = keys.get((row.company_id.id, row.key), Key)
            if known is None:
                gone += key.ids
            else:
                key.values = known
        Key.browse(set(gone)).unlink()
        rows.state = "undone"

    def _get_restored(self, record, before, written):
        """What is written back: not what somebody has corrected since."""
        names = [name for name in before if name in written]
        [now] = record.read(names, load=None)
        return {name: before[name] for name in names if is_same(now[name], written[name])}

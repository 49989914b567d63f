import json

from odoo import api, fields, models
from odoo.tools import SQL


class ImportKey(models.Model):
    """By which a line is known again, and what it said the last time. The system's own.

    A second file changes only what changed in it: what people have corrected here since stays.
    """

    _name = "bti.import.key"
    _description = "Key of an Imported Line"
    _rec_name = "key"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    kind = fields.Char(required=True)
    key = fields.Char(required=True)
    res_id = fields.Integer(required=True)
    values = fields.Json()
    run_id = fields.Many2one("bti.import.run", ondelete="set null", index="btree_not_null")

    _once = models.UniqueIndex("(company_id, kind, key)")
    _record_idx = models.Index("(kind, res_id)")

    @api.autovacuum
    def _gc_keys(self):
        """Forget what files said of records that are not there any more: people's numbers."""
        Kind = self.env["bti.import.kind"]
        for key in Kind._get_kinds():
            self.env.cr.execute(
                SQL(
                    "DELETE FROM bti_import_key k WHERE k.kind = %s"
                    " AND NOT EXISTS (SELECT FROM %s r WHERE r.id = k.res_id)",
                    key,
                    SQL.identifier(self.env[Kind._get_kind(key)._import_model]._table),
                )
            )
        self.invalidate_model()

    @api.model
    def _find(self, kind, keys):
        """:return: ``{(company id, key): (id of the record, what its line said)}``"""
        if not keys:
            return {}
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT company_id, key, res_id, values FROM bti_import_key"
                " WHERE kind = %s AND key = ANY(%s)",
                kind,
                list(keys),
            )
        )
        return {(company, key): (res_id, values) for company, key, res_id, values in rows}

    @api.model
    def _remember(self, run, items):
        """Keep what these lines said.

        :param items: :class:`ImportItem` with key, company and record
        """
        last = {(item.company.id, item.key): item for item in items}
        if not last:
            return
        rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s::jsonb, %s)",
                item.company.id,
                run.kind,
                item.key,
                item.res_id,
                json.dumps({**(item.known or {}), **item.vals}),
                run.id,
            )
            for item in last.values()
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO bti_import_key (company_id, kind, key, res_id, values, run_id)"
                " VALUES %s ON CONFLICT (company_id, kind, key) DO UPDATE"
                " SET res_id = EXCLUDED.res_id, values = EXCLUDED.values,"
                " run_id = EXCLUDED.run_id",
                rows,
            )
        )
        self.invalidate_model()

from odoo import api, models
from odoo.tools import SQL

NEW_ROWS = SQL.identifier("bti_client_stat_new")


class BtiClientStat(models.Model):
    """The query of all figures, and writing what differs from what is there.

    From a temporary table: ``ON CONFLICT DO UPDATE`` would lock each row even where nothing
    changes.
    """

    _inherit = "bti.client.stat"

    @api.model
    def _get_branches(self, scope):
        """Hook: the sources of figures.

        :param Scope scope: whose figures
        :rtype: list[Branch]
        """
        return []

    @api.model
    def _prepare_count(self, scope):
        """Hook: what several branches read, made once.

        :param Scope scope: whose figures
        """

    @api.model
    def _finish_count(self, scope):
        """Hook: what follows from the figures that were just written.

        :param Scope scope: whose figures
        :return: how many rows changed
        :rtype: int
        """
        return 0

    @api.model
    def _get_count_query(self, scope):
        """The figures of a scope as one query, all branches side by side.

        :return: the query, and its columns
        :rtype: tuple[SQL, list[str]]
        """
        branches = self._get_branches(scope)
        columns, selected = ["partner_id", "company_id"], []
        for branch in branches:
            for column in branch.columns:
                columns.append(column)
                value = SQL.identifier(branch.name, column)
                if self._fields[column].type in ("integer", "float", "monetary"):
                    value = SQL("COALESCE(%s, 0)", value)
                selected.append(value)
        query = SQL(
            "WITH %s, keys AS (%s) SELECT k.partner_id, k.company_id, %s FROM keys k %s",
            SQL(", ").join(
                SQL("%s AS (%s)", SQL.identifier(branch.name), branch.query) for branch in branches
            ),
            SQL(" UNION ").join(
                SQL("SELECT partner_id, company_id FROM %s", SQL.identifier(branch.name))
                for branch in branches
            ),
            SQL(", ").join(selected),
            SQL(" ").join(
                SQL("LEFT JOIN %s USING (partner_id, company_id)", SQL.identifier(branch.name))
                for branch in branches
            ),
        )
        return query, columns

    @api.model
    def _count(self, scope):
        """Count a scope and write what differs.

        :return: how many rows changed
        :rtype: int
        """
        self._prepare_count(scope)
        query, columns = self._get_count_query(scope)
        changed = self._merge(self._table, NEW_ROWS, query, columns, 2, scope)
        return changed + self._finish_count(scope)

    @api.model
    def _merge(self, table, new_rows, query, columns, keys, scope):
        """Make the rows of a table those of a query, and touch no row that is so already.

        :param str table: the table of a model, which has ``partner_id`` and ``company_id``
        :param SQL new_rows: name for the temporary table
        :param SQL query: the rows
        :param list[str] columns: names of its columns, the key first
        :param int keys: how many columns are the key
        :param Scope scope: rows of the table outside it are left alone
        :return: how many rows changed
        :rtype: int
        """
        cr, target = self.env.cr, SQL.identifier(table)
        names = SQL(", ").join(map(SQL.identifier, columns))
        same = SQL(" AND ").join(
            SQL("s.%s = n.%s", SQL.identifier(name), SQL.identifier(name))
            for name in columns[:keys]
        )
        figures = [SQL.identifier(name) for name in columns[keys:]]
        cr.execute(SQL("DROP TABLE IF EXISTS %s", new_rows))
        # the types of the table, or each float would differ from itself
        cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA",
                new_rows, names, target,
            )
        )  # fmt: skip
        cr.execute(SQL("INSERT INTO %s (%s) %s", new_rows, names, query))
        cr.execute(SQL("ANALYZE %s", new_rows))
        cr.execute(
            SQL(
                "UPDATE %s s SET %s, write_date = (now() AT TIME ZONE 'UTC') FROM %s n"
                " WHERE %s AND (%s) IS DISTINCT FROM (%s)",
                target,
                SQL(", ").join(SQL("%s = n.%s", name, name) for name in figures),
                new_rows,
                same,
                SQL(", ").join(SQL("s.%s", name) for name in figures),
                SQL(", ").join(SQL("n.%s", name) for name in figures),
            )
        )
        changed = cr.rowcount
        cr.execute(
            SQL(
                "INSERT INTO %s (%s, create_uid, create_date, write_date)"
                " SELECT %s, %s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' FROM %s n"
                " WHERE NOT EXISTS (SELECT FROM %s s WHERE %s)"
                # what a run ended since this transaction began has written: it is tried again
                " ON CONFLICT DO NOTHING",
                target, names, names, self.env.uid, new_rows, target, same,
            )
        )  # fmt: skip
        changed += cr.rowcount
        cr.execute(
            SQL(
                "DELETE FROM %s s WHERE %s%s AND NOT EXISTS (SELECT FROM %s n WHERE %s)",
                target,
                scope.of_companies(SQL("s.company_id")),
                # who has become a contact of another client has figures no more
                scope.of_contacts(SQL("s.partner_id")),
                new_rows,
                same,
            )
        )
        return changed + cr.rowcount

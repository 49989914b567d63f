import logging

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from odoo.addons.bti_messaging.models.mixins.batch_job import isolated

_logger = logging.getLogger(__name__)


class ImportRun(models.Model):
    """What is done with a slice of lines: compared with what is there, written, told."""

    _inherit = "bti.import.run"

    # === HANDLE === #

    def _handle(self, rows):
        """Try or bring in a slice of lines."""
        self.ensure_one()
        kind = self.profile_id._get_kind()
        items = self._make_items(rows)
        left = [item for item in items if item.dossier.left_out]
        if left:
            for item in left:
                item.row.write({"state": "left_out", "company_id": item.company.id})
            items = [item for item in items if not item.dossier.left_out]
        self._set_keys(kind, items)
        self._find_known(kind, items)
        right = [item for item in items if not item.is_wrong]
        if right:
            kind._read_items(self, right)
            if self.state == "checking":
                self._find_earlier([item for item in right if not item.is_wrong])
        if self.state == "running":
            self._write_items(kind, [item for item in right if not item.is_wrong])
        else:
            for item in right:
                item.made = self._foresee(item)
        self._note(items)

    def _set_keys(self, kind, items):
        """Lines of one key in one file: a fault, or as many lines, by what the kind says."""
        if self.state != "checking":
            for item in items:
                item.key = item.row.key or item.key
            return
        for item in items:
            if not item.key and not item.is_wrong:
                item.refuse(None, self.env._("Nothing tells this line from others: no code."))
        right = [item for item in items if not item.is_wrong]
        seen = self._get_seen({item.key for item in right})
        for item in right:
            first, count = seen.get((item.company.id, item.key), (item.row.number, 0))
            seen[item.company.id, item.key] = first, count + 1
            item.row.base_key = item.row.key = item.key
            if count and kind._same_key == "refuse":
                item.refuse(None, self.env._("The same as line %s: the same code.", first))
            elif count:
                item.key = item.row.key = f"{item.key}#{count + 1}"

    def _get_seen(self, keys):
        """:return: ``{(company id, key): (first line, how many lines)}`` of the slices before"""
        if not keys:
            return {}
        self.env["bti.import.row"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT company_id, base_key, min(number), count(*) FROM bti_import_row"
                " WHERE run_id = %s AND base_key = ANY(%s) AND state = 'ok'"
                " GROUP BY company_id, base_key",
                self.id,
                list(keys),
            )
        )
        return {(company, key): (first, count) for company, key, first, count in rows}

    def _find_known(self, kind, items):
        """Which record each line made the last time."""
        # sudo: keys are the system's; the record itself is asked for with the user's rights
        found = self.env["bti.import.key"].sudo()._find(self.kind, {i.key for i in items if i.key})
        known = {res_id for res_id, _values in found.values()}
        Model = self.env[kind._import_model].with_context(active_test=False)
        there = set(Model.search([("id", "in", list(known))]).ids) if known else set()
        for item in items:
            res_id, values = found.get((item.company.id, item.key), (0, None))
            if res_id in there:
                item.res_id, item.known = res_id, values or {}

    def _find_earlier(self, items):
        """A trial makes nothing: what an earlier slice would make is looked for among its lines."""
        items = [item for item in items if item.marks and not item.res_id and not item.twin]
        wanted = sorted({mark for item in items for mark in item.marks})
        if not wanted:
            return
        self.env["bti.import.row"].flush_model()
        there = {}
        for [marks] in self.env.execute_query(
            SQL(
                "SELECT marks FROM bti_import_row"
                " WHERE run_id = %s AND state = 'ok' AND marks ?| %s",
                self.id,
                wanted,
            )
        ):
            for mark, number in marks.items():
                there.setdefault(mark, set()).add(number)
        for item in items:
            for mark, number in item.marks.items():
                others = there.get(mark, set())
                known = others - {""}
                item.is_again |= bool(others) and (not (number and known) or number in known)

    def _foresee(self, item):
        """:return: what a line would do: ``created``, ``updated`` or ``same``"""
        if not item.res_id:
            return "same" if item.twin or item.is_again else "created"
        return "updated" if item.changed else "same"

    def _write_items(self, kind, items):
        """Write a slice; where it fails as a whole, its halves, down to the line that fails."""
        if not items:
            return
        if len(items) == 1:
            [item] = items
            if item.twin and item.twin.is_wrong:
                item.twin = None
            with isolated(self.env.cr, self._refuse_item, item):
                self._apply(kind, items)
            return
        try:
            with self.env.cr.savepoint():
                self._apply(kind, items)
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # one line's fault must not keep the others out
            _logger.info("Import %s: a slice is written in halves: %s", self.id, error)
        self.env.invalidate_all()
        for item in items:
            if item.made == "created" or item.twin:
                item.res_id = 0
            item.made = ""
        half = len(items) // 2
        self._write_items(kind, items[:half])
        self._write_items(kind, items[half:])

    def _refuse_item(self, item, error):
        """What Odoo said of a line that it would not take."""
        self.env.invalidate_all()
        item.res_id = item.res_id if item.known is not None else 0
        if isinstance(error, UserError) and not isinstance(error, AccessError):
            item.refuse(None, str(error)[:500])
            return
        _logger.warning("Import %s, line %s: %r", self.id, item.row.number, error)
        item.refuse(None, self.env._("This line could not be written."))

    def _apply(self, kind, items):
        new = [item for item in items if not item.res_id and not item.twin]
        by_company = {}
        for item in new:
            by_company.setdefault(item.company, []).append(item)
        for group in by_company.values():
            for item, record in zip(group, kind._create_records(group), strict=True):
                item.res_id, item.made = record.id, "created"
        for item in items:
            if item.twin:
                item.res_id = item.twin.res_id
        old = [item for item in items if item.made != "created"]
        self._update(kind, old)
        # sudo: keys are the system's
        self.env["bti.import.key"].sudo()._remember(self, items)

    def _update(self, kind, items):
        """Write what changed since the last file; of a record that was here, what is empty."""
        earlier = {}
        changes = []
        for item in items:
            names = item.changed
            item.made = "updated" if names else "same"
            if names:
                changes.append((item, names))
        wanted = {name for _item, names in changes for name in names}
        Model = self.env[kind._import_model].with_context(active_test=False)
        current = {
            values["id"]: values
            for values in Model.browse({item.res_id for item, _n in changes}).read(
                list(wanted), load=None
            )
        } if changes else {}  # fmt: skip
        for item, names in changes:
            now = current[item.res_id]
            vals = {
                name: item.vals[name]
                for name in names
                if not is_same(now[name], item.vals[name])
                and (item.known is not None or not now[name])
            }
            if vals:
                earlier[item.row.id] = {name: _to_json(now[name]) for name in vals}
                kind._get_target(item).browse(item.res_id).write(vals)
                now.update(vals)
            else:
                item.made = "same"
        for item in items:
            item.row.before = {"values": earlier.get(item.row.id, {}), "known": item.known}

    # === NOTE === #

    def _note(self, items):
        """Keep what became of each line, and its faults for the reader."""
        labels = {field.name: field.label for field in self.profile_id._get_kind()._get_fields()}
        # sudo: lines and faults are the system's
        self.env["bti.import.line"].sudo().create(
            [
                {
                    "run_id": self.id,
                    "row_id": item.row.id,
                    "line": item.row.number,
                    "column": labels.get(field, field),
                    "value": value,
                    "reason": reason,
                    "level": "error" if is_error or item.is_wrong else "warning",
                }
                for item in items
                for field, value, reason, is_error in item.faults
                # warnings were told when the file was checked
                if is_error or self.state != "running"
            ]
        )
        done = "done" if self.state == "running" else "ok"
        groups = {}
        for item in items:
            vals = (
                ("wrong", False, item.company.id)
                if item.is_wrong
                else (done, item.made, item.company.id)
            )
            groups.setdefault(vals, []).append(item)
        Row = self.env["bti.import.row"].sudo()  # as above
        for (state, outcome, company), members in groups.items():
            Row.browse([item.row.id for item in members]).write(
                {"state": state, "outcome": outcome, "company_id": company, "marks": False}
            )
        for item in items:
            is_new = item.made == "created" or item.is_again
            if self.state == "checking" and is_new and not item.is_wrong:
                item.row.marks = item.marks or False
            if self.state == "running" and item.res_id and not item.is_wrong:
                item.row.res_id = item.res_id

    @api.model
    def _get_plain_context(self):
        """Nobody is told of a thousand new clients, none of them follows himself."""
        return {
            "tracking_disable": True,
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
            "mail_notrack": True,
            # a number in an unusual layout is kept and told
            "no_vat_validation": True,
        }


def is_same(now, new):
    """Whether a value of a record is what a file said."""
    if isinstance(now, float) or isinstance(new, float):
        return abs((now or 0) - (new or 0)) < 1e-9
    return (_to_json(now) or False) == (new or False)


def _to_json(value):
    return value.isoformat() if hasattr(value, "isoformat") else value

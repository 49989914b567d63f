from dataclasses import dataclass

from odoo import api, models

from ...tools.exchange.table_file import normalise, title_keys


@dataclass(frozen=True)
class ImportField:
    """What a column of a file may be.

    :ivar name: the same in all kinds that have it
    :ivar label: in the user's language
    :ivar titles: how people call such a column, in any language, parted by ``|``
    :ivar type: ``text``, ``number``, ``whole`` or ``day``
    :ivar required: a file without it cannot be brought in
    :ivar size: how long a text may be
    """

    name: str
    label: str
    titles: str = ""
    type: str = "text"
    required: bool = False
    size: int = 250


class ImportItem:
    """One line of a file on its way into the database.

    :ivar row: ``bti.import.row``
    :ivar values: what the line says, ``{field: text, Decimal, int or date}``, empty cells left out
    :ivar dossier: ``bti.import.dossier`` of the line, perhaps empty
    :ivar company: whose record it makes
    :ivar key: by which a second run knows the line again
    :ivar vals: values of the record; what JSON has no type for is written as JSON's text
    :ivar res_id: the record that is there already, or 0
    :ivar known: what the file said of it the last time, None when it never did
    :ivar twin: an earlier line of the same slice that makes the same record
    :ivar marks: by what another line is known to make the same record, ``{text: NIF}``: two numbers
        are two clients; the number may be empty
    :ivar is_again: whether an earlier slice of the trial would make the record
    :ivar faults: ``[(field or None, value, reason, is error)]``
    """

    __slots__ = ("row", "values", "dossier", "company", "key", "vals", "res_id", "known", "twin",
                 "marks", "is_again", "faults", "made")  # fmt: skip

    def __init__(self, row, values, dossier, company):
        self.row, self.values, self.dossier, self.company = row, values, dossier, company
        self.key, self.vals, self.res_id, self.known = "", {}, 0, None
        self.twin, self.marks, self.is_again = None, {}, False
        self.faults, self.made = [], ""

    def get(self, field):
        """The text of a column, or an empty one."""
        return self.values.get(field) or ""

    def refuse(self, field, reason, value=None):
        """Leave the line out.

        :param str field: which column is wrong, None for the line as a whole
        :param str reason: in the user's language
        """
        self.faults.append((field, self._shown(field, value), reason, True))

    def warn(self, field, reason, value=None):
        """Tell what looks wrong; the line comes in."""
        self.faults.append((field, self._shown(field, value), reason, False))

    def _shown(self, field, value):
        return str(self.values.get(field, "") if value is None else value)[:200]

    @property
    def changed(self):
        """Names of the values that differ from what the last file said.

        :rtype: list[str]
        """
        return [
            name for name, value in self.vals.items()
            if self.known is None or name not in self.known or self.known[name] != value
        ]  # fmt: skip

    @property
    def is_wrong(self):
        """Whether the line is left out."""
        return any(fault[3] for fault in self.faults)


class ImportKind(models.AbstractModel):
    """What can be brought in: one model for each kind of file inherits this one.

    An upper addon adds its kinds by :meth:`_get_kinds`. All look-ups of a slice of lines are done
    at once: a kind asks the database nothing for a single line.
    """

    _name = "bti.import.kind"
    _description = "Kind of File to Import"

    # the model that a line becomes; lines of the same key twice in a file are two ("count") or a
    # fault ("refuse")
    _import_model = None
    _same_key = "refuse"

    # === HOOKS === #

    @api.model
    def _get_kinds(self):
        """Hook: the kinds of files there are, in the order in which one brings them in.

        :return: ``{key: (model of the kind, name in the user's language)}``
        :rtype: dict
        """
        return {}

    @api.model
    def _get_fields(self):
        """Hook: what a column of such a file may be.

        :rtype: list[ImportField]
        """
        return []

    @api.model
    def _get_key(self, item):
        """Hook: what tells a line from all others where the file has no column for it.

        :param ImportItem item: its values are read
        :rtype: str
        """
        return ""

    @api.model
    def _read_items(self, run, items):
        """Hook: understand the lines of a slice into their ``vals``, ``res_id`` and faults.

        :param run: ``bti.import.run``
        :param list items: :class:`ImportItem`, none of them wrong, with ``known`` and ``res_id`` of
            the last time
        """

    @api.model
    def _create_records(self, items):
        """Hook: make the records of a slice.

        :return: records in the order of the items
        """
        # a create adds defaults to what it is given
        return self._get_target(items[0]).create([dict(item.vals) for item in items])

    @api.model
    def _get_target(self, item):
        """The model that is written, in the company of the line."""
        return self.env[self._import_model].with_company(item.company)

    @api.model
    def _check_rights(self):
        """Hook: told before a file is tried, not line by line.

        :raise AccessError: the user may not make such records
        """
        self.env[self._import_model].check_access("create")

    @api.model
    def _get_made(self, ids):
        """Hook: records that were made with the imported ones and go with them.

        :return: ``{table: ids}``
        :rtype: dict
        """
        return {self.env[self._import_model]._table: ids}

    @api.model
    def _get_kept_tables(self):
        """Hook: tables that may name an imported record without having built anything on it: what
        the program counts by itself goes with the record.

        :rtype: set[str]
        """
        return {
            "mail_followers",
            "bti_import_row",
            "bti_import_key",
            "bti_client_stat",
            "bti_client_stat_run",
            "bti_segment_member",
            "bti_segment_move",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_kind(self, key):
        """The model of a kind, empty."""
        return self.env[self._get_kinds()[key][0]]

    @api.model
    def _get_kinds_of(self, model):
        """:return: keys of the kinds whose lines become such records
        :rtype: list[str]
        """
        return [key for key in self._get_kinds() if self._get_kind(key)._import_model == model]

    @api.model
    def _get_titles(self):
        """Keys of the titles that are known: ``{key: field}``.

        :rtype: dict[str, str]
        """
        found = {}
        for field in self._get_fields():
            for title in [field.label, *filter(None, field.titles.split("|"))]:
                found.setdefault(normalise(title), field.name)
        return found

    @api.model
    def _guess_fields(self, titles):
        """What each title probably means.

        :param list titles: as the file has them
        :return: ``{title: field}``, each field once
        :rtype: dict[str, str]
        """
        known, guessed, taken = self._get_titles(), {}, set()
        for title in titles:
            for key in title_keys(title):
                field = known.get(key)
                if field and field not in taken:
                    guessed[title] = field
                    taken.add(field)
                    break
        return guessed

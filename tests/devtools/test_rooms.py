"""Who names whom: a room of an addon builds on the rooms before it."""

import pytest

from devtools import odoo_source, rooms

SHELF = """
from odoo import fields, models


class Book(models.Model):
    _name = "shelf.book"

    page_count = fields.Integer()

    def _get_readers(self):
        return []
"""
READERS = """
from odoo import models


class Book(models.Model):
    _inherit = "shelf.book"

    def _get_readers(self):
        return super()._get_readers() + self._find_lent()

    def _find_lent(self):
        return self.mapped("page_count")
"""


@pytest.fixture
def house(tmp_path):
    """Write one addon of two rooms, ``shelf`` before ``readers``; returns a writer of its files."""
    home = tmp_path / "bti_messaging"

    def write(name, text):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    write("__manifest__.py", "{}")
    write("models/__init__.py", "from . import shelf\nfrom . import readers\n")
    write("models/shelf/__init__.py", '"""Books."""\n\nfrom . import book\n')
    write("models/readers/__init__.py", '"""Who reads them."""\n\nfrom . import book\n')
    write("models/shelf/book.py", SHELF)
    write("models/readers/book.py", READERS)
    return write


def complaints(folder, foreign=frozenset()):
    found = [
        *rooms.untidy(folder),
        *rooms.arrows_back(rooms.sources(folder), rooms.rooms(folder), foreign),
    ]
    return [line.removeprefix(f"{folder}/bti_messaging/") for line in found]


def test_a_later_room_fills_the_hook_of_an_earlier_one(house, tmp_path):
    assert complaints(tmp_path) == []


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("return self._find_lent()", "_find_lent"),
        ('return self.filtered("_find_lent")', "_find_lent"),
        ('return self.env["shelf.loan"]', "shelf.loan"),
        ('return self.mapped("loan_ids.date_back")', "date_back"),
        ('return self._read_group([], [], ["fine_paid:sum"])', "fine_paid"),
        ("return super()._notify_reader()", "_notify_reader"),
    ],
)
def test_an_earlier_room_does_not_name_a_later_one(house, tmp_path, statement, name):
    house("models/shelf/book.py", SHELF.replace("return []", statement))
    house(
        "models/readers/loan.py",
        "from odoo import fields, models\n\n\nclass Loan(models.Model):\n"
        '    _name = "shelf.loan"\n\n    date_back = fields.Date()\n'
        "    fine_paid = fields.Float()\n\n    def _notify_reader(self):\n        return True\n",
    )
    house(
        "models/readers/__init__.py",
        '"""Who reads them."""\n\nfrom . import book\nfrom . import loan\n',
    )
    told = [line for line in complaints(tmp_path) if f" names {name} of " in line]
    assert told == [
        f"models/shelf/book.py:11: bti_messaging/shelf names {name} of bti_messaging/readers"
    ]
    assert not [line for line in complaints(tmp_path, {name}) if f" names {name} of " in line]


def test_the_attribute_of_a_plain_class_is_no_field(house, tmp_path):
    house("models/shelf/book.py", SHELF.replace("return []", "return self.entry.lent_by"))
    house(
        "models/readers/book.py",
        READERS.replace("class Book", "class Entry:\n    lent_by: str\n\n\nclass Book").replace(
            "    def _find_lent", "    def lent_by(self):\n        return 1\n\n    def _find_lent"
        ),
    )
    assert complaints(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("models/readers/loan.py", "", "models/readers/loan.py: nothing imports this file"),
        ("models/loan.py", "", "models/loan.py: belongs in a room, models/<subject>/"),
        ("wizard/attic/__init__.py", "", "wizard/attic: models/ has no room of this name"),
        ("models/attic/__init__.py", "", "models/attic: models/__init__.py does not import"),
        ("models/shelf/__init__.py", "from . import book\n", "__init__.py: a sentence is missing"),
        ("hooks.py", "x = 1\n" * 351, "hooks.py: 351 lines; split it"),
    ],
)
def test_a_house_in_disorder(house, tmp_path, name, text, complaint):
    if name.startswith("wizard"):
        house("wizard/__init__.py", "from . import attic\n")
    house(name, text)
    assert len(complaints(tmp_path)) == 1
    assert complaint in complaints(tmp_path)[0]


def test_a_long_file_says_why(house, tmp_path):
    house("hooks.py", f"{rooms.LONG}a table of the law\n" + "x = 1\n" * 351)
    assert complaints(tmp_path) == []


def test_our_own_house():
    assert list(rooms.check(odoo_source.ensure())) == []

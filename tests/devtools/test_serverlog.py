"""Which lines of a server's log are nobody's wish."""

import sys
from pathlib import Path

import pytest

from devtools import serverlog, venv

MADE = venv.Venv(Path(sys.prefix), "")
LINE = "2026-01-01 10:00:00,000 12 {} db {}\n"


@pytest.mark.parametrize(
    ("level", "text", "good"),
    [
        ("INFO", "odoo.modules.loading: loading bti_crm/x.xml", True),
        ("WARNING", "odoo.http: You may not go back.", True),
        ("WARNING", "odoo.fields: Field bti_crm.x has no label", False),
        ("ERROR", "odoo.sql_db: bad query\nTraceback (most recent call last):\n  x", False),
    ],
)
def test_what_is_told(tmp_path, capsys, level, text, good):
    (tmp_path / "a.log").write_text(LINE.format(level, text) + LINE.format("INFO", "x: end"))
    (tmp_path / "empty.log").touch()
    assert serverlog.check(MADE, tmp_path) is good
    assert (text in capsys.readouterr().out) is not good

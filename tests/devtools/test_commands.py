"""Ports, names, targets and counts: the small decisions of ./bti."""

import os
import shutil
import socket
import subprocess
import sys

import pytest

from devtools import cli, databases, environment, paths, ports, postgres, templates, testing
from devtools.console import Failure, last_words


def test_busy_port_is_refused_with_a_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Failure) as caught:
            ports.require_free(port)
    assert str(port) in caught.value.message
    assert "--port" in caught.value.remedy


@pytest.mark.parametrize("port", [0, -1, 70000])
def test_impossible_port(port):
    with pytest.raises(Failure):
        ports.require_free(port)


@pytest.mark.parametrize("name", ["", "a b", "x;drop", '"', "-x", "x" * 70])
def test_bad_database_names(name):
    with pytest.raises(Failure):
        databases.check_name(name)


def test_targets():
    everything = testing.split_target(None)
    assert everything[0] and everything[1]
    assert testing.split_target("bti_crm")[1] == []
    assert testing.split_target("tests/devtools")[0] == []
    path = testing.split_target("tests/devtools/test_apt.py::test_one_line_format")[1][0]
    assert path.name == "test_apt.py::test_one_line_format"
    with pytest.raises(Failure):
        testing.split_target("no_such_thing")


def test_alerts_are_those_of_our_addons(tmp_path):
    log = tmp_path / "log"
    log.write_text(
        "2026-01-01 10:00:00,000 12 WARNING db odoo.addons.base.x: core's own\n"
        "2026-01-01 10:00:00,000 12 INFO db odoo.modules.loading: loading bti_crm/x.xml\n"
        "2026-01-01 10:00:00,000 12 WARNING db odoo.fields: Field bti_crm.x has no label\n"
    )
    assert templates.alerts(log) == [("WARNING", "odoo.fields", "Field bti_crm.x has no label")]
    assert len(templates.alerts(log, ours=False)) == 2


def test_last_words_prefer_the_error(tmp_path):
    log = tmp_path / "log"
    log.write_text("Traceback (most recent call last):\n  File x\nValueError: why\nbye\n")
    assert last_words(log) == "ValueError: why"
    log.write_text("$ apt-get -o Error-Mode=any update\nE: list is expired\nReading\n")
    assert last_words(log) == "E: list is expired"
    assert last_words(tmp_path / "none") == ""


def test_server_of_the_environment_comes_first(tmp_path):
    conf = tmp_path / "odoo.conf"
    conf.write_text("[options]\ndb_host = db.example\ndb_port = 5433\ndb_user = bti\n")
    server = postgres.configured({"PGHOST": "/run/x", "PGUSER": "me"}, conf)
    assert (server.host, server.port, server.user) == ("/run/x", "5432", "me")
    server = postgres.configured({}, conf)
    assert (server.host, server.port, server.user) == ("db.example", "5433", "bti")
    conf.write_text("[options]\ndb_host = False\n")
    assert postgres.configured({}, conf) is None
    assert postgres.configured({}, tmp_path / "none") is None


def test_every_command_has_its_line(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    out = capsys.readouterr().out
    for command in "run test bench stop reset doctor odoo lint i18n residue".split():
        assert f"\n    {command} " in out


@pytest.mark.parametrize("kind", ["core_0123456789", "test", "test_demo", "bench_ours"])
def test_reset_knows_its_own_databases(kind):
    assert databases.is_own(databases.own(kind))
    assert databases.is_own(f"{databases.own(kind)}_unfinished")


@pytest.mark.parametrize(
    "name", ["bti", "bti_prod", "bti_core_0123456789", "bti_test_demo", "bti_test_0badcafe"]
)
def test_reset_leaves_other_databases_alone(name):
    assert not databases.is_own(name)


def run_reset(checkout, *options, **variables):
    """``./bti reset`` of a checkout of its own; fails when it does."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "BTI_", "ODOO_"))
    }
    done = subprocess.run(
        [sys.executable, str(checkout / "bti"), "reset", *options],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert not done.returncode, done.stderr


@pytest.fixture
def psql():
    """Runs a query on the server of these tests; returns what psql prints."""

    def run(query):
        return subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-d", "postgres", "-c", query],
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    return run


@pytest.fixture
def checkouts(tmp_path):
    """Two checkouts on one machine."""
    made = []
    for name in ("one", "two"):
        checkout = tmp_path / name
        checkout.mkdir()
        for part in ("requirements.txt", "addons"):
            (checkout / part).symlink_to(paths.ROOT / part)
        # copies: Python finds devtools beside the real file of ./bti
        shutil.copy(paths.ROOT / "bti", checkout / "bti")
        shutil.copytree(
            paths.ROOT / "devtools",
            checkout / "devtools",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        made.append(checkout)
    return made


def test_reset_empties_only_its_own_folder_of_downloads(checkouts, tmp_path):
    home = tmp_path / "home"
    (home / "templates").mkdir(parents=True)
    (home / "thesis.odt").touch()
    made = home / "bti-ecrm" / "venv-0123456789"
    made.mkdir(parents=True)
    run_reset(checkouts[0], "--environment", BTI_CACHE=str(home))
    assert sorted(path.name for path in home.iterdir()) == ["bti-ecrm", "templates", "thesis.odt"]
    assert not made.exists()


def test_reset_on_a_shared_server_drops_no_other_checkouts_databases(checkouts, psql):
    names = []
    for checkout in checkouts:
        done = subprocess.run(
            [sys.executable, "-c", "from devtools import databases as d; print(d.own('shared'))"],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=True,
        )
        names.append(done.stdout.strip())
    assert names[0] != names[1]
    try:
        for name in names:
            psql(f'CREATE DATABASE "{name}"')
        server = {name: value for name, value in os.environ.items() if name.startswith("PG")}
        run_reset(checkouts[0], **server)
        left = psql("SELECT datname FROM pg_database WHERE datname LIKE '%_shared_%'")
        assert left.split() == [names[1]]
    finally:
        for name in names:
            psql(f'DROP DATABASE IF EXISTS "{name}"')


def test_what_is_optional_warns_and_goes_on(capsys):
    def fails():
        raise Failure("rtlcss could not be installed", "Check the network.")

    assert environment._optional(fails, "Arabic screens are shown left to right") is None
    out = capsys.readouterr().out
    assert "rtlcss could not be installed: Arabic screens are shown left to right." in out
    assert "Check the network." in out

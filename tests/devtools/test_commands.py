"""Ports, names, targets and counts: the small decisions of ./bti."""

import socket

import pytest

from devtools import cli, databases, ports, postgres, templates, testing
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


def test_closing_lines_of_pytest():
    line = "=== 3 failed, 41 passed, 2 skipped, 5 warnings in 12.30s ==="
    assert testing.parse_counts(line) == {"failed": 3, "passed": 41, "skipped": 2, "warnings": 5}
    assert testing.parse_counts("=== 1 passed, 1 error in 75.01s (0:01:15) ===") == {
        "passed": 1,
        "error": 1,
    }
    assert testing.parse_counts("=== 2 errors in 1.00s ===") == {"error": 2}
    assert testing.parse_counts("=== no tests ran in 0.01s ===") == {}
    assert testing.parse_counts("3 passed the door in 2s") is None


def test_summary_never_hides_a_crash(capsys):
    assert testing._summary([("a", 0, {"passed": 2}, 1), ("b", 3, {}, 1)], False) == 1
    assert "2 passed, 1 failed" in capsys.readouterr().out
    assert testing._summary([("a", 0, {"passed": 2}, 1)], False) == 0
    assert testing._summary([("a", 0, {}, 1)], False) == 1, "no test at all is no success"
    assert testing._summary([("a", 5, {}, 1), ("b", 0, {"passed": 1}, 1)], True) == 0


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


@pytest.mark.parametrize("name", ["bti_core_0123456789", "bti_test_demo", "bti_bench_ours"])
def test_reset_knows_its_own_databases(name):
    assert databases.OWN.match(name)
    assert databases.OWN.match(f"{name}_unfinished")


@pytest.mark.parametrize("name", ["bti", "bti_prod", "bti_core", "bti_demo_paris", "bti_residues"])
def test_reset_leaves_other_databases_alone(name):
    assert not databases.OWN.match(name)

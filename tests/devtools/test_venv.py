"""What uv is told of pip's configuration."""

import os
import sys
from pathlib import Path

import pytest

from devtools import venv

MADE = venv.Venv(Path(sys.prefix), "")


@pytest.fixture
def settings(monkeypatch, tmp_path):
    """What uv is told, given a file of pip's and variables of the environment."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)

    def tell(text, **variables):
        conf = tmp_path / "pip.conf"
        conf.write_text(text)
        env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PIP_CONFIG_FILE": str(conf)}
        return venv.uv_settings(MADE, {**env, **variables})

    return tell


def test_each_setting_has_its_name(settings, tmp_path):
    told = settings(
        "[global]\nindex-url = http://one.example/simple\n"
        "extra-index-url =\n  http://two.example/simple\n  http://three.example/simple\n"
        f"find-links = {tmp_path} /not/there http://a.example\n"
        "[install]\ntrusted-host = one.example\ntimeout = 7\n"
    )
    assert told["UV_DEFAULT_INDEX"] == "http://one.example/simple"
    assert told["UV_INDEX"] == "http://two.example/simple http://three.example/simple"
    assert told["UV_FIND_LINKS"] == f"{tmp_path},http://a.example"
    assert told["UV_INSECURE_HOST"] == "one.example"
    assert told["UV_HTTP_TIMEOUT"] == "7"


def test_the_environment_is_stronger_than_files(settings, monkeypatch):
    text = "[install]\nindex-url = http://install.example\n[global]\nindex-url = http://g.example\n"
    assert settings(text)["UV_DEFAULT_INDEX"] == "http://install.example"
    told = settings(text, PIP_INDEX_URL="http://env.example")
    assert told["UV_DEFAULT_INDEX"] == "http://env.example"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://own.example")
    assert "UV_DEFAULT_INDEX" not in settings(text), "the person told uv itself"


def test_without_settings_uv_is_left_alone(settings):
    assert set(settings("", PIP_CONFIG_FILE=os.devnull)) == {"UV_CACHE_DIR", "UV_INDEX_STRATEGY"}


def test_pip_takes_over_where_uv_fails(monkeypatch, capsys):
    commands = []

    def run_logged(command, *_rest, **_options):
        commands.append([str(part) for part in command])
        if command[1:3] == ["pip", "install"]:
            raise venv.Failure("no such wheel")

    monkeypatch.setattr(venv, "run_logged", run_logged)
    monkeypatch.setattr(venv, "uv_settings", lambda *_args: {})
    venv._install_libraries(MADE, None)
    assert commands[0][-1] == "uv"
    assert commands[1][0].endswith("/uv")
    assert commands[2][1:3] == ["-m", "pip"] and commands[2][-2] == "-r"
    assert "pip tries" in capsys.readouterr().out


def test_every_pin_is_exact():
    for line in venv.REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        pin = line.partition("#")[0].partition(";")[0].strip()
        assert not pin or pin.count("==") == 1, line

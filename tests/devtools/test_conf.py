"""The production example is read by Odoo without a word, and every line of it is explained."""

import configparser
import os
import subprocess

from devtools.paths import ROOT

CONF = ROOT / "odoo.conf"
READ = """
import odoo.init, logging, sys, warnings
warnings.simplefilter("error")
from odoo.tools import config
config.parse_config(["-c", sys.argv[1]], setup_logging=False)
print(config["workers"], config["proxy_mode"], config["list_db"], config["db_name"],
      config["gevent_port"], config["db_host"] or "socket", config["with_demo"])
"""


def test_odoo_reads_it():
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    env.pop("ODOO_RC", None)
    done = subprocess.run(
        [os.environ["BTI_PYTHON"], "-c", READ, str(CONF)],
        capture_output=True,
        text=True,
        env=env,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["5", "True", "False", "['bti']", "8072", "socket", "False"]
    for line in done.stderr.splitlines():
        assert "unknown option" not in line and "eprecat" not in line, line


def test_every_option_has_its_comment():
    lines = CONF.read_text(encoding="utf-8").splitlines()
    for before, line in zip(lines, lines[1:], strict=False):
        if " = " in line and not line.startswith(";"):
            assert before.startswith("; "), f"{line} lacks a comment"


def test_what_a_production_server_must_say():
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(CONF, encoding="utf-8")
    options = parser["options"]
    assert options["list_db"] == "False"
    assert options["proxy_mode"] == "True"
    assert options["http_interface"] == "127.0.0.1"
    assert int(options["workers"]) > 0
    # db_name alone hides all others; with a filter each request asks for the list of databases
    assert options["dbfilter"] == "False"

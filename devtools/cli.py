"""The command line of ./bti."""

import argparse
import sys

from .console import Failure, complain, say
from .paths import ROOT


def _lazy(module, function):
    def call(args):
        from importlib import import_module

        return getattr(import_module(f"devtools.{module}"), function)(args)

    return call


def _parser():
    parser = argparse.ArgumentParser(
        prog="./bti",
        description="BTI e-CRM: set up, run and test this checkout.",
        epilog="Everything is set up at the first command that needs it. Variables: BTI_CACHE "
        "(where the folder bti-ecrm of downloads and built environments is kept), ODOO_SOURCE "
        "(checkout of Odoo 19.0), PGHOST, "
        "PGPORT, PGUSER, PGPASSWORD (a PostgreSQL server of your own).",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name, module, function, text):
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(call=_lazy(module, function))
        return sub

    sub = command("run", "server", "run", "start the product with its demo story")
    sub.add_argument("--db", default="bti", help="database (default: bti)")
    sub.add_argument("--port", type=int, default=8069, help="HTTP port (default: 8069)")
    sub.add_argument("--no-demo", action="store_true", help="a new database without demo data")
    sub.add_argument("--background", action="store_true", help="return once the server answers")

    sub = command("test", "testing", "test", "run the tests: all, or one addon's, or a path's")
    sub.add_argument("target", nargs="?", help="name of an addon, or path of tests")
    sub.add_argument("-k", dest="expression", help="only tests whose name fits (as pytest's -k)")
    sub.add_argument(
        "--minutes", type=float, default=60, help="end what is not ready by then (default: 60)"
    )

    sub = command("coverage", "coverage", "coverage", "how much of an addon its own tests run")
    sub.add_argument("target", nargs="?", help="one addon (default: each)")

    sub = command("bench", "bench", "bench", "measure scenarios against stock Odoo, with bars")
    names = sorted(path.stem for path in (ROOT / "tests" / "bench").glob("*.py"))
    known = ", ".join(name for name in names if name != "harness")
    sub.add_argument("name", nargs="*", help=f"scenarios (default: all of {known})")
    sub.add_argument("--rounds", type=int, default=3, help="processes of each side (default: 3)")
    sub.add_argument("--repeat", type=int, default=10, help="turns in each round (default: 10)")
    sub.add_argument("--against", metavar="COMMIT", help="measure the addons of a commit as well")

    command("stop", "server", "stop", "stop this checkout's servers and its PostgreSQL")
    sub = command("reset", "server", "reset", "delete this checkout's databases")
    sub.add_argument(
        "--environment", action="store_true", help="also the downloads and built environments"
    )
    command("doctor", "doctor", "doctor", "tell what is present, what is missing, how to mend it")
    sub = command("odoo", "server", "odoo", "Odoo's own commands: ./bti odoo -- shell -d bti")
    sub.add_argument("args", nargs=argparse.REMAINDER, metavar="-- ARGS")
    command("pin", "odoo_source", "take_newest", "run the tests on the newest Odoo and keep to it")
    sub = command("lint", "lint", "lint", "check style, XML, spelling and translations")
    sub.add_argument("--fix", action="store_true", help="first mend what ruff can mend")
    sub = command("i18n", "i18n", "i18n", "write the addons' translation templates")
    sub.add_argument("--check", action="store_true", help="only compare, fail when they differ")
    sub = command(
        "residue", "residue", "residue", "install and uninstall each addon, show what stays behind"
    )
    sub.add_argument("target", nargs="?", help="only up to this addon, for example bti_crm")
    return parser


def main(argv=None):
    """Run one command; every expected failure ends in one line and a remedy."""
    args = _parser().parse_args(argv)
    try:
        return args.call(args) or 0
    except Failure as failure:
        complain(failure)
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted. Type the same command again: it goes on from the last whole step.")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1

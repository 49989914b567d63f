"""The sides of a bench: a database each, with stock Odoo, our addons, or of another commit."""

import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from .. import addons, databases, templates
from ..console import Failure, step
from ..environment import CONF
from ..paths import ADDONS, ROOT, STATE, digest, fresh_folder

STOCK, OURS = "stock", "ours"
FOLDER = STATE / "bench"


@dataclass(frozen=True)
class Side:
    """``name`` heads its column; ``conf`` says which addons are at work in ``database``."""

    name: str
    database: str
    conf: Path = CONF


def prepare(env, against):
    """Make the databases anew.

    :param str against: a commit whose addons are measured beside ours, or None
    :return: the sides, stock Odoo first and ours last
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    sides = {Side(STOCK, databases.own("bench_stock")): templates.ensure_core(env)}
    if against:
        commit = _resolve(against)
        folder = _take_out(commit)
        conf = FOLDER / f"{commit}.conf"
        conf.touch(mode=0o600)
        text = CONF.read_text(encoding="utf-8")
        conf.write_text(text.replace(str(ADDONS), str(folder)), encoding="utf-8")
        then = Side(commit, databases.own("bench_then"), conf)
        sides[then] = _ensure_template(env, folder, conf, commit)
    sides[Side(OURS, databases.own("bench_ours"))] = templates.ensure_addons(env)
    with step(f"Making the {len(sides)} databases"):
        for side, template in sides.items():
            databases.copy(env.server, template, side.database)
            env.server.sql("VACUUM ANALYZE", side.database)
    return list(sides)


def _git(*args):
    done = subprocess.run(["git", "-C", str(ROOT), *args], capture_output=True, check=False)
    if done.returncode:
        words = done.stderr.decode().strip().splitlines()[-1:]
        raise Failure(f"git {args[0]}: {''.join(words)}", "Name a commit of this history.")
    return done.stdout


def _resolve(name):
    return _git("rev-parse", "--verify", "--short=9", f"{name}^{{commit}}").decode().strip()


def _take_out(commit):
    """The addons of a commit in a folder of their own, kept for the next time."""
    target = FOLDER / f"addons-{commit}"
    if not target.is_dir():
        content = _git("archive", "--format=tar", commit, "addons")
        # Debian 12's Python may lack the filter; the archive is git's in either case
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        with fresh_folder(target) as folder, tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(folder, **safe)
    return target / "addons"


def _ensure_template(env, folder, conf, commit):
    """The template with the addons of a commit, kept until another commit is asked for."""
    key = digest(templates.core_key(env, folder), addons.content_hash(folder))
    name = databases.own(f"then_{key}")

    def build(temporary):
        core = templates.ensure_core(env)
        with step(f"Installing the addons of {commit} into a template database"):
            databases.copy(env.server, core, temporary)
            env.run_odoo(
                "bench-then", f"The addons of {commit} cannot be installed",
                "-c", conf, "-d", temporary, "-i", ",".join(addons.present(folder)),
                "--stop-after-init", "--no-http", "--max-cron-threads=0",
            )  # fmt: skip

    if databases.built(env.server, name, build):
        databases.drop_stale(env.server, "bti_then_", {name})
    return name

"""Template databases: Odoo's modules, ours, the demo story; each is built once and copied."""

import re

from . import addons, databases
from .console import Failure, say, step
from .environment import CONF
from .paths import REQUIREMENTS, cache, digest, remove

RECIPE = 2  # raise it when this file builds something else from the same inputs
LANGUAGES = "fr_FR,ar_001"
ALERT = re.compile(r" (WARNING|ERROR|CRITICAL) \S+ (?P<logger>\S+): (?P<text>.*)")
DEMO_FAILED = re.compile(r"demo data failed|demo_failure|Failed to load demo", re.I)
# Assets are compiled into the database, else every browser test would compile them again.
WARM_ASSETS = """
env['ir.qweb']._pregenerate_assets_bundles()
for bundle in ('web.assets_tests', 'web.assets_web'):
    asset = env['ir.qweb']._get_asset_bundle(bundle)
    asset.js(), asset.css()
env.cr.commit()
"""


def core_key(env, folder=addons.ADDONS):
    """Names the core template: Odoo, libraries, modules."""
    return digest(
        RECIPE,
        env.odoo.version,
        REQUIREMENTS.read_text(encoding="utf-8"),
        LANGUAGES,
        *addons.template_modules(folder),
    )


def core_name(env):
    """Name of the template with Odoo's modules only."""
    return databases.own(f"core_{core_key(env)}")


def addons_name(env):
    """Name of the template with our addons, without demo data."""
    return databases.own(f"addons_{digest(core_key(env), addons.content_hash())}")


def demo_name(env):
    """Name of the template with our addons and the demo story."""
    return databases.own(f"demo_{digest(core_key(env), addons.content_hash())}")


def install(env, database, modules, log, *more):
    """Install modules with Odoo; returns the log."""
    return env.run_odoo(
        log,
        f"Odoo could not install {', '.join(modules)[:80]}",
        "-c", CONF, "-d", database, "-i", ",".join(modules),
        "--stop-after-init", "--no-http", "--max-cron-threads=0", *more,
    )  # fmt: skip


def alerts(log, ours=True):
    """Warnings and errors of a log as ``(level, logger, text)``, ours only by default."""
    result = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        found = ALERT.search(line)
        if found and (not ours or "bti_" in line):
            result.append((found[1], found["logger"], found["text"]))
    return result


def shared(env, name, title, build):
    """A template that depends on Odoo only: from this server, the cache, else ``build(name)``.

    Other checkouts on this machine find it in the cache, under its name without ours.
    """
    stored = cache() / "templates" / name.removesuffix(f"_{databases.KEY}")

    def restore_or_build(temporary):
        if (stored / "filestore.tar").is_file():
            try:
                with step(f"{title}: from the cache"):
                    databases.restore(env.server, stored, temporary)
                return
            except Failure as failure:
                say(f"  the cached copy is damaged and will be made again ({failure.message})")
                remove(stored)
                databases.drop(env.server, temporary)
        with step(title):
            build(temporary)
            databases.dump(env.server, temporary, stored)

    return databases.built(env.server, name, restore_or_build)


def ensure_core(env):
    """The template with Odoo's modules and nothing of ours."""
    name = core_name(env)

    def build(temporary):
        databases.create(env.server, temporary)
        install(
            env, temporary, addons.template_modules(), "template-core",
            f"--load-language={LANGUAGES}",
        )  # fmt: skip
        env.script(WARM_ASSETS, temporary, "template-core-assets")

    if shared(env, name, "Template database with Odoo's modules (1-3 minutes, once)", build):
        databases.drop_stale(env.server, "bti_core_", {name})
    return name


def ensure_addons(env):
    """The template with our addons and no demo data."""
    name = addons_name(env)

    def build(temporary):
        core = ensure_core(env)
        with step("Installing our addons into a template database"):
            databases.copy(env.server, core, temporary)
            install(env, temporary, addons.present(), "template-addons")
            env.script(WARM_ASSETS, temporary, "template-addons-assets")

    if databases.built(env.server, name, build):
        databases.drop_stale(env.server, "bti_addons_", {name})
    return name


def ensure_demo(env):
    """The template with our addons and the demo story."""
    name = demo_name(env)

    def build(temporary):
        core = ensure_core(env)
        with step("Installing our addons with the demo story"):
            databases.copy(env.server, core, temporary)
            # Odoo loads a module's demo data only above modules that have theirs; core's own
            # stories are not wanted, so its modules are said to have them.
            env.server.sql(
                "UPDATE ir_module_module SET demo = true WHERE state = 'installed'", temporary
            )
            log = install(env, temporary, addons.present(), "template-demo", "--with-demo")
            env.script(WARM_ASSETS, temporary, "template-demo-assets")
        failures = demo_failures(env, temporary, log)
        if failures:
            raise Failure(
                f"The demo data did not load: {failures[0][:300]}",
                f"Look at {log}; ./bti run --no-demo starts without it.",
            )

    if databases.built(env.server, name, build):
        databases.drop_stale(env.server, "bti_demo_", {name})
    return name


def demo_failures(env, database, log):
    """What Odoo says of demo data that it skipped: it only logs that."""
    rows = env.server.sql(
        "SELECT m.name, f.error FROM ir_demo_failure f JOIN ir_module_module m "
        "ON m.id = f.module_id",
        database,
    )
    result = [f"{row[0]}: {row[1]}" for row in rows]
    if not result:
        text = log.read_text(encoding="utf-8", errors="replace").splitlines()
        result = [line for line in text if DEMO_FAILED.search(line)]
    return result

"""./bti residue: install each addon on a database that has only its dependencies, uninstall it,
and show what stays behind.

Three times: messaging alone, messaging with crm, all three. Nothing may remain: no table, column,
index, constraint, model, field, menu, action, scheduled job, parameter, group, record. The log of
the installation must be free of warnings.
"""

from . import addons, databases, environment, templates
from .console import Failure, say, step
from .environment import CONF
from .paths import REQUIREMENTS, STATE, digest, lock

DATABASE = databases.own("residue")
# Named things: what the catalogues and Odoo's own registers list.
NAMED = {
    "table": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    "column": "SELECT table_name || '.' || column_name || ' ' || data_type "
    "FROM information_schema.columns WHERE table_schema = 'public'",
    "index": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "constraint": "SELECT conrelid::regclass || ' ' || conname || ' ' || "
    "pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "sequence": "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'",
    "function": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "trigger": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "model": "SELECT model FROM ir_model",
    # Odoo drops what ir.cron inherits from server actions whenever a module that extends these is
    # uninstalled (its own sms, for one), and registers it again at the next update of base.
    "field": "SELECT model || '.' || name FROM ir_model_fields "
    "WHERE NOT (model = 'ir.cron' AND coalesce(related, '') LIKE 'ir_actions_server_id.%')",
    "selection value": "SELECT f.model || '.' || f.name || '=' || s.value "
    "FROM ir_model_fields_selection s JOIN ir_model_fields f ON f.id = s.field_id",
    # Odoo forgets the ids of its own mixins on an uninstalled model: their rows are gone, and
    # stock modules (fleet, for one) leave the same behind.
    "external id": "SELECT module || '.' || name FROM ir_model_data d "
    "WHERE NOT (d.module NOT LIKE 'bti\\_%' AND (name LIKE 'field\\_ir\\_cron\\_\\_%' OR "
    "(model = 'ir.model.inherit' "
    "AND NOT EXISTS (SELECT FROM ir_model_inherit i WHERE i.id = d.res_id)) "
    "OR (model = 'ir.model.fields.selection' "
    "AND NOT EXISTS (SELECT FROM ir_model_fields_selection s WHERE s.id = d.res_id))))",
    # Odoo never unregisters the foreign keys of columns that it drops (survey_crm, for one).
    "registered constraint": "SELECT name FROM ir_model_constraint WHERE type <> 'f'",
    "registered relation": "SELECT name FROM ir_model_relation",
    "scheduled job": "SELECT cron_name FROM ir_cron",
    "parameter": "SELECT key || ' = ' || value FROM ir_config_parameter",
    "menu": "SELECT id || ' ' || (name->>'en_US') FROM ir_ui_menu",
    "action": "SELECT type || ' ' || id || ' ' || (name->>'en_US') FROM ir_actions",
    "group": "SELECT id || ' ' || (name->>'en_US') FROM res_groups",
    "implied group": "SELECT gid || ' implies ' || hid FROM res_groups_implied_rel",
    "user in group": "SELECT uid || ' in ' || gid FROM res_groups_users_rel",
    "view": "SELECT id || ' ' || name || ' ' || coalesce(key, '') FROM ir_ui_view",
    "access right": "SELECT id || ' ' || name FROM ir_model_access",
    "rule": "SELECT id || ' ' || name FROM ir_rule",
    "language": "SELECT l.code || '.' || key || ' = ' || coalesce(left(value, 60), '') "
    "FROM res_lang l, jsonb_each_text(to_jsonb(l) - 'write_date' - 'write_uid')",
    "country": "SELECT c.code || '.' || key || ' = ' || "
    "coalesce(nullif(left(value, 60), 'false'), '') "
    "FROM res_country c, jsonb_each_text(to_jsonb(c) - 'write_date' - 'write_uid')",
    "company": "SELECT c.id || '.' || key || ' = ' || coalesce(left(value, 60), '') "
    "FROM res_company c, jsonb_each_text(to_jsonb(c) - 'write_date' - 'write_uid')",
}
# Tables whose rows come and go whatever is installed, each with its reason.
VOLATILE = {
    "bus_bus": "messages to open browsers",
    "ir_logging": "Odoo's own log",
    "orm_signaling_registry": "how often the registry was reloaded",
    "ir_cron_progress": "runs of scheduled jobs",
    "ir_cron_trigger": "pending runs of scheduled jobs",
    "ir_model_data": "compared by name above",
    "ir_demo_failure": "Odoo's own log",
    "ir_model_fields": "compared by name above",
    "ir_model_constraint": "compared by name above",
    "mail_message": "Odoo keeps the chatter of records that the database deletes by cascade: "
    "the actions of scheduled jobs, the variants of products",
    "product_value": "Odoo keeps the cost history of deleted products",
    "base_module_uninstall": "the screen that uninstalls",
    "base_module_update": "the screen that lists modules",
    "ir_attachment": "compiled style sheets and scripts; others are compared below",
}
ATTACHMENTS = "SELECT count(*) FROM ir_attachment WHERE coalesce(url, '') NOT LIKE '/web/assets/%'"


def snapshot(server, database):
    """Everything that must be the same again afterwards."""
    result = {kind: {row[0] for row in server.sql(query, database)}
              for kind, query in NAMED.items()}  # fmt: skip
    tables = sorted(name for name in result["table"] if name not in VOLATILE)
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)
    counts += f" UNION ALL SELECT 'ir_attachment', ({ATTACHMENTS})"
    result["rows"] = {f"{name}: {number}" for name, number in server.sql(counts, database)}
    return result


def difference(before, after):
    """Lines telling what stayed behind and what was lost."""
    lines = []
    for kind in before:
        if kind == "rows":
            continue
        lines += [f"{kind} left behind: {name}" for name in sorted(after[kind] - before[kind])]
        lines += [f"{kind} lost: {name}" for name in sorted(before[kind] - after[kind])]
    old = dict(row.rsplit(": ", 1) for row in before["rows"])
    new = dict(row.rsplit(": ", 1) for row in after["rows"])
    lines += [
        f"rows of {name}: {old[name]} before, {new[name]} after"
        for name in sorted(old.keys() & new.keys())
        if old[name] != new[name]
    ]
    return lines


def _base(env, names, below):
    """Template with exactly what the addons ``names`` need from outside this project."""
    modules = addons.core_closure(names)
    key = digest(
        templates.RECIPE, env.odoo.version, REQUIREMENTS.read_text(encoding="utf-8"), *modules
    )
    name = databases.own(f"deps_{key}")

    def build(temporary):
        if below:
            databases.copy(env.server, below, temporary)
        else:
            databases.create(env.server, temporary)
        templates.install(env, temporary, modules, f"residue-base-{names[-1]}")

    templates.shared(env, name, f"Database with what {names[-1]} needs", build)
    return name


def residue(args):
    """Run the three installations; exit status 1 when anything remains or warns."""
    present = addons.present()
    if args.target and args.target not in present:
        raise Failure(f"There is no addon {args.target}.", f"Known: {', '.join(present)}.")
    env = environment.ensure()
    faults, below, bases = 0, None, set()
    with lock(STATE, "databases.lock"):
        for number in range(1, len(present) + 1):
            names = present[:number]
            below = _base(env, names, below)
            bases.add(below)
            if args.target in (None, names[-1]):
                faults += _case(env, names, below)
        if not args.target:
            databases.drop_stale(env.server, "bti_deps_", bases)
    say(f"\n{'✗' if faults else '✓'} residue: {faults or 'nothing'} to mend")
    return 1 if faults else 0


def _case(env, names, base):
    """Install, look at the log, uninstall from the top, compare."""
    title = " + ".join(names)
    databases.copy(env.server, base, DATABASE)
    before = snapshot(env.server, DATABASE)
    try:
        with step(f"Installing {title}"):
            log = templates.install(env, DATABASE, names, f"residue-install-{names[-1]}")
        complaints = [
            f"{level} while installing: {logger}: {text}"
            for level, logger, text in templates.alerts(log, ours=False)
        ]
        with step(f"Uninstalling {title}"):
            for name in reversed(names):
                log = env.run_odoo(
                    f"residue-uninstall-{name}", f"{name} cannot be uninstalled",
                    "module", "uninstall", "-c", CONF, "-d", DATABASE, name,
                )  # fmt: skip
                complaints += [
                    f"{level} while uninstalling {name}: {logger}: {text}"
                    for level, logger, text in templates.alerts(log, ours=False)
                ]
        complaints += difference(before, snapshot(env.server, DATABASE))
    finally:
        databases.drop(env.server, DATABASE)
    for line in complaints:
        say(f"  ✗ {line[:400]}")
    if not complaints:
        say("  nothing left behind, no warning")
    return len(complaints)

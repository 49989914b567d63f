from odoo import SUPERUSER_ID, api

BATCH = 1000
# Written in full and alone, a number is read as before.
SETTLED = r"^\+[0-9 ]+$"


def migrate(cr, version):
    """Read again the phone numbers of all models: what a spreadsheet made of a number and what
    had too many digits was taken for a number abroad, several numbers for none."""
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for model in env.values():
        field = model._fields.get("phone_sanitized")
        if not field or not field.store or model._abstract or not model._auto:
            continue
        names = [name for name in model._phone_get_number_fields() if model._fields[name].store]
        unsettled = " OR ".join(f"{name} !~ %s" for name in names)
        cr.execute(
            f"SELECT id FROM {model._table} WHERE {unsettled} ORDER BY id", [SETTLED] * len(names)
        )
        ids = [record_id for (record_id,) in cr.fetchall()]
        for start in range(0, len(ids), BATCH):
            records = model.browse(ids[start : start + BATCH])
            env.add_to_compute(field, records)
            records._recompute_recordset([field.name])
            env.flush_all()
            env.invalidate_all()

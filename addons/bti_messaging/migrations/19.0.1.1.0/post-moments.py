"""Dates that no clock can have meant, stored by earlier versions."""

DATES = [("bti_event", "occurred_at"), ("bti_message", "date_received")]


def migrate(cr, version):
    """Such a row happened when it was stored."""
    for table, column in DATES:
        cr.execute(
            f"UPDATE {table} SET {column} = create_date"
            f" WHERE {column} < '2000-01-01' OR {column} > create_date + interval '1 day'"
        )

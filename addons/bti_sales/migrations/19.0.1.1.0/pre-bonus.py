"""Periods of one bonus rule and client no longer overlap: the database refuses it from now on.

A rule whose period was changed could pay the same days twice. What was posted stays as it is; the
later statement is marked as refused, so that nothing more comes of it.
"""

OVERLAPS = """
    EXISTS (
        SELECT FROM bti_bonus_statement earlier
        WHERE earlier.rule_id = s.rule_id AND earlier.partner_id = s.partner_id
        AND earlier.id < s.id AND earlier.decision NOT IN ('refused', 'draft')
        AND daterange(earlier.period_start, earlier.period_end, '[]')
            && daterange(s.period_start, s.period_end, '[]')
    )
"""


def migrate(cr, version):
    # running totals of days that are in another statement are counted anew by the next nightly job
    cr.execute(
        """
        DELETE FROM bti_bonus_statement s
        WHERE decision = 'draft' AND EXISTS (
            SELECT FROM bti_bonus_statement other
            WHERE other.rule_id = s.rule_id AND other.partner_id = s.partner_id
            AND other.id <> s.id AND other.decision <> 'refused'
            AND daterange(other.period_start, other.period_end, '[]')
                && daterange(s.period_start, s.period_end, '[]')
        )
        """
    )
    cr.execute(
        f"""
        UPDATE bti_bonus_statement s
        SET decision = 'refused',
            state = CASE WHEN state = 'credited' THEN state ELSE 'refused' END,
            refusal_reason = 'These days are in an earlier bonus of the same rule.'
        WHERE decision <> 'refused' AND {OVERLAPS}
        """
    )

def migrate(cr, version):
    """Steps that were taken back stay: only standing ones are unique now, by an index."""
    cr.execute("ALTER TABLE bti_delivery_step DROP CONSTRAINT IF EXISTS bti_delivery_step_once")

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Each new rule of a planned change follows on the one before it.

    A change that was planned later for an earlier day cut the same rule short again: both named it.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    lines = env["bti.price.change.line"].search(
        [
            ("change_id.state", "in", ("planned", "in_force")),
            ("item_id", "!=", False),
            ("new_item_id", "!=", False),
        ]
    )
    for same in lines.grouped("item_id").values():
        before = None
        for line in same.sorted(lambda line: line.new_item_id.date_start):
            if before:
                line.item_id = before.new_item_id
            before = line

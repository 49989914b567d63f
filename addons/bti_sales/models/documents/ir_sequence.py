from odoo import models
from odoo.tools import SQL


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _create_date_range_seq(self, date):
        """Two first documents of a year, at the same time, take two different numbers.

        Each transaction would make its own range, both starting at 1: touching the sequence makes
        the second one fail and be retried.
        """
        self.env.cr.execute(
            SQL("UPDATE ir_sequence SET write_date = write_date WHERE id = %s", self.id)
        )
        return super()._create_date_range_seq(date)

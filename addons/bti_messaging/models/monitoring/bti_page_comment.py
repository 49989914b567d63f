from odoo import models


class BtiPageComment(models.Model):
    """Who is responsible for the Page looks after unhappy people."""

    _inherit = "bti.page.comment"

    # === BUSINESS METHODS === #

    def _get_caretakers(self):
        return super()._get_caretakers() | self.channel_id.responsible_ids

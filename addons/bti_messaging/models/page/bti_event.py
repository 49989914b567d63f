from odoo import models


class BtiEvent(models.Model):
    """Comments, posts of visitors, recommendations and mentions."""

    _inherit = "bti.event"

    # === ROUTES === #

    def _route_comment(self):
        """Hook: somebody has written on the Page, or something became of it."""
        if not self.ref:
            return False
        return bool(self.env["bti.page.comment"]._note(self))

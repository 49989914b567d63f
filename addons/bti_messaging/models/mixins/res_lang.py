from odoo import api, models

from ...tools import algeria


class ResLang(models.Model):
    """Odoo's Arabic, written as in Algeria: see ``tools/algeria.py``."""

    _inherit = "res.lang"

    def _register_hook(self):
        algeria.teach_babel()
        return super()._register_hook()

    @api.model
    def _bti_write_as_algeria(self):
        """Give Arabic the separators and hours of Algeria, unless somebody has chosen others."""
        arabic = self.with_context(active_test=False).search([("code", "=", algeria.ARABIC)])
        if arabic and all(arabic[name] == value for name, value in algeria.ODOO_FORMATS.items()):
            arabic.write(algeria.FORMATS)

    @api.model
    def _bti_write_as_odoo(self):
        """Give Odoo's separators and hours back where ours are still there."""
        arabic = self.with_context(active_test=False).search([("code", "=", algeria.ARABIC)])
        if arabic and all(arabic[name] == value for name, value in algeria.FORMATS.items()):
            arabic.write(algeria.ODOO_FORMATS)

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_bti_provider(cls):
        """The public user without a language of its own, for programs that call us.

        Without a language in the context Odoo reads user, company and address for each request to
        find one: a third of the time of a webhook, whose answers nobody reads.
        """
        cls._auth_method_public()
        request.update_context(lang=request.env["res.lang"].get_installed()[0][0])

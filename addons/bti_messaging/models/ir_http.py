from werkzeug.exceptions import HTTPException

from odoo import models
from odoo.http import Response, request

from ..const import WEBHOOK_MAX_BODY, WEBHOOK_PATH


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
        # as it came: once Odoo has read a form, nothing is left of its body
        request.httprequest.max_content_length = WEBHOOK_MAX_BODY
        request.httprequest.get_data()

    @classmethod
    def _handle_error(cls, exception):
        """Tell programs that call the webhook by the status alone; a page is for people."""
        path = request.httprequest.path
        if not isinstance(exception, HTTPException) or not path.startswith(f"{WEBHOOK_PATH}/"):
            return super()._handle_error(exception)
        allowed = getattr(exception, "valid_methods", None)
        return Response(
            "",
            status=exception.code,
            headers={"Allow": ", ".join(sorted(allowed))} if allowed else None,
            content_type="text/plain; charset=utf-8",
        )

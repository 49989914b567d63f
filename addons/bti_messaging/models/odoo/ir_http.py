from werkzeug.exceptions import HTTPException, MethodNotAllowed

from odoo import models
from odoo.http import Response, request

from ...const import WEBHOOK_MAX_BODY, WEBHOOK_PATH


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
    def _get_translation_frontend_modules_name(cls):
        """Override: the conversation below a client's documents is mail's; Odoo leaves its words in
        English there."""
        return [*super()._get_translation_frontend_modules_name(), "mail"]

    def session_info(self):
        """Tell the web client with which menu the user begins: ``bti_start_menu_id``."""
        info = super().session_info()
        if self.env.user._is_internal():
            info["bti_start_menu_id"] = self.env["bti.start.page"]._get_start_menu().id
        return info

    @classmethod
    def _match(cls, path_info):
        """Give the answer to a wrong verb here: it does not come to ``_handle_error``."""
        try:
            return super()._match(path_info)
        except MethodNotAllowed as error:
            if path_info.startswith(f"{WEBHOOK_PATH}/"):
                error.error_response = cls._refuse_program(error)
            raise

    @classmethod
    def _handle_error(cls, exception):
        if isinstance(exception, HTTPException) and request.httprequest.path.startswith(
            f"{WEBHOOK_PATH}/"
        ):
            return cls._refuse_program(exception)
        return super()._handle_error(exception)

    @classmethod
    def _refuse_program(cls, error):
        """Tell programs that call the webhook by the status alone; a page is for people.

        :param HTTPException error: what Odoo refuses
        """
        allowed = getattr(error, "valid_methods", None)
        return Response(
            "",
            status=error.code,
            headers={"Allow": ", ".join(sorted(allowed))} if allowed else None,
            content_type="text/plain; charset=utf-8",
        )

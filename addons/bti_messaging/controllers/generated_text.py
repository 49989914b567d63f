from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.html_editor.controllers.main import HTML_Editor


class GeneratedText(HTML_Editor):
    @route()
    def generate_text(self, prompt, conversation_history):
        """Override of `html_editor`: one of Odoo's services outside, which has no account.

        :raise UserError: when the services are switched off
        """
        if not request.env["iap.account"]._bti_is_service_on("olg"):
            raise UserError(
                request.env._(
                    "Odoo's paid services are switched off: an administrator allows them in the"
                    " settings of Messaging."
                )
            )
        return super().generate_text(prompt, conversation_history)

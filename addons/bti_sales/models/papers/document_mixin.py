from odoo import models


class DocumentMixin(models.AbstractModel):
    """A paper that is sent to the client with one button, as Odoo sends an order."""

    _name = "bti.document.mixin"
    _description = "Document Sent to the Client"

    def _bti_open_composer(self, template, name=None, **context):
        """Open the e-mail composer on this record with a template.

        :param template: ``mail.template``, may be empty
        :param str name: title of the dialog, translated
        :param context: what this paper wants of the composer in its own way
        :rtype: dict
        """
        self.ensure_one()
        return {
            "name": name or self.env._("Send"),
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id if template else False,
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_responsible"
                "_signature",
                "email_notification_allow_footer": True,
                "force_email": True,
                **context,
            },
        }

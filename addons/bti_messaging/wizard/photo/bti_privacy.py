from odoo import fields, models
from odoo.fields import Domain


class BtiPrivacy(models.TransientModel):
    """Photos that a person sent by a link."""

    _inherit = "bti.privacy"

    def _get_domains(self):
        domains = super()._get_domains()
        domains["bti.photo.link"] = Domain("partner_id", "in", self.partner_ids.ids) | Domain(
            "number", "in", self._get_spellings()
        )
        return domains

    def _erase_bti_photo_link(self, links):
        links.file_ids.attachment_id.unlink()
        links.file_ids.unlink()
        links.filtered(lambda link: not link.revoked_on).revoked_on = fields.Datetime.now()
        links.write({"partner_id": False, "number": False, "document_name": self._get_blank()})

from odoo import models
from odoo.fields import Domain


class BtiPrivacy(models.TransientModel):
    """What a person filled in below our adverts."""

    _inherit = "bti.privacy"

    def _get_domains(self):
        domains = super()._get_domains()
        found = Domain("number", "=", self._get_number() or "-") | Domain(
            "email_normalized", "=", self._get_email() or "-"
        )
        domains["bti.lead.answer"] = found & Domain("is_erased", "=", False)
        return domains

    def _erase_bti_lead_answer(self, answers):
        blank = self._get_blank()
        answers.message_ids.write({"body": blank})
        answers.write(
            {
                "answers": False,
                "name": blank,
                "phone": False,
                "number": False,
                "email": False,
                "email_normalized": False,
                "attention": False,
                "error": False,
                "is_read": True,  # not asked for again
                "is_erased": True,
            }
        )

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # === HOOKS === #

    def _bti_get_filing_documents(self, company):
        """Hook: where a file of this client may belong, the likeliest first; upper addons put
        their documents before his own file.

        :param res.company company: whose conversation it is; another one's documents stay out
        :return: records with a chatter, of any model
        :rtype: list
        """
        self.ensure_one()
        return [self] if not self.company_id or self.company_id == company else []

from odoo import models

from odoo.addons.bti_messaging.tools.plural import listed


class ResPartner(models.Model):
    """The address on a paper."""

    _inherit = "res.partner"

    def _get_document_address(self, company):
        """Name and address of the partner in few lines, in the language of the paper.

        The country of the company that issues the paper is not said.

        :param company: ``res.company`` that issues the paper
        :return: lines, the name first
        :rtype: list[str]
        """
        self.ensure_one()
        lines = [
            [self.display_name],
            [self.street, self.street2],
            [
                " ".join(filter(None, (self.zip, self.city_id.name or self.city))),
                self.state_id.name,
            ],
            [self.country_id != company.country_id and self.country_id.name],
        ]
        texts = [listed(self.env, parts) for parts in lines]
        return [text for text in texts if text]

from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    """A client's own price list."""

    _inherit = "res.partner"

    def _get_price_sheet(self, state=None):
        """Prices of today for this client: his list, his taxes, his wilaya.

        :param state: wilaya of the site, by default that of his address
        :return: see ``product.pricelist._get_price_sheet``, or ``None`` without a list
        """
        self.ensure_one()
        client = self.commercial_partner_id
        pricelist = client.property_product_pricelist
        if not pricelist:
            return None
        return pricelist._get_price_sheet(state=state or client.state_id, partner=client)

    def _get_price_states(self):
        """Wilayas of the client and of his sites.

        :rtype: res.country.state
        """
        client = self.commercial_partner_id
        sites = self.search(Domain("id", "child_of", client.id) & Domain("state_id", "!=", False))
        return (client.state_id | sites.state_id).sorted("code")

    def action_send_prices(self):
        """Open Odoo's composer with each client's own price list attached.

        :return: the action of the composer
        """
        template = self.env.ref("bti_sales.mail_template_price_list")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the Price List"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment" if len(self) == 1 else "mass_mail",
                "default_email_layout_xmlid": "mail.mail_notification_light",
            },
        }

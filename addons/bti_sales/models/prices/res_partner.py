from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date


class ResPartner(models.Model):
    """A client has the price list of his kind, unless another is chosen on his file.

    He is sent it as a document with his own prices.
    """

    _name = "res.partner"
    _inherit = ["res.partner", "bti.document.mixin"]

    # === COMPUTE METHODS === #

    @api.depends("client_kind_id")
    def _compute_product_pricelist(self):
        return super()._compute_product_pricelist()

    def _inverse_product_pricelist(self):
        """Keep the choice on the file only when it is not the list of the client's kind."""
        of_kind = self.browse()
        for partner in self:
            default = self.env["product.pricelist"]._get_kind_pricelist(partner)
            if default:
                chosen = partner.property_product_pricelist
                partner.specific_property_product_pricelist = chosen != default and chosen
                of_kind |= partner
        return super(ResPartner, self - of_kind)._inverse_product_pricelist()

    # === ACTION METHODS === #

    def action_send_prices(self):
        """Send a client his own price list, or many of them each his own.

        :return: the action of Odoo's composer for one client; for many, of a mailing to check,
            whose documents are printed by a job
        """
        if len(self) > 1:
            company = self.env.company
            mailing = self.env["bti.price.mailing"]._prepare(
                self,
                company,
                self.env._(
                    "Price lists of %(date)s", date=format_date(self.env, company._bti_today())
                ),
            )
            return mailing._get_records_action()
        template = self.env.ref("bti_sales.mail_template_price_list")
        return self._bti_open_composer(
            template,
            self.env._("Send the Price List"),
            default_email_layout_xmlid="mail.mail_notification_light",
            email_notification_allow_footer=False,
        )

    # === BUSINESS METHODS === #

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

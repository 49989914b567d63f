from markupsafe import Markup

from odoo import api, fields, models

from ...const import PURPOSES
from ...models.notify.ways import Wish


class BtiChannelChoice(models.TransientModel):
    """By which way a client would be told something: networks, SMS, e-mail or a call."""

    _inherit = "bti.channel.choice"

    # === FIELDS === #

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        help="With a client all ways to him are looked at; with a number alone SMS only.",
    )
    told_as = fields.Selection(
        PURPOSES,
        string="What It Is For",
        default="transactional",
        help="What clients may refuse one by one.",
    )
    template_id = fields.Many2one(
        "sms.template",
        string="Text From",
        domain="[('model', '=', 'res.partner')]",
        help="The text of an SMS: where WhatsApp takes approved texts only, one that says the "
        "same is looked for.",
    )
    number = fields.Char(required=False)
    way = fields.Char(compute="_compute_choice", help="How the client would be told.")

    # === ONCHANGE METHODS === #

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id:
            self.number = self.partner_id._bti_notify_number()

    @api.onchange("told_as")
    def _onchange_told_as(self):
        self.purpose = "marketing" if self.told_as == "marketing" else "transactional"

    @api.onchange("template_id", "partner_id")
    def _onchange_template_id(self):
        if self.template_id and self.partner_id:
            client = self.partner_id._origin
            self.body = client._bti_render(self.template_id, client) or self.body

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "template_id", "told_as")
    def _compute_choice(self):
        result = super()._compute_choice()
        for wizard in self:
            wizard.way = False
            company = wizard.company_id & self.env.companies
            if company and wizard.partner_id:
                wizard._compute_way(company)
        return result

    def _compute_way(self, company):
        client = self.partner_id._origin.with_company(company)
        # sudo: as whoever's action tells the client, the channels' values stay hidden
        Channel = self.env["bti.channel"].sudo()
        wish = Wish(
            record=client,
            company=company,
            partner=client,
            number=self.e164 or "",
            purpose=self.told_as or self.purpose,
            text=self.body or "",
            template=self.template_id._origin,
        )
        ways = Channel._find_ways(wish)
        chosen = Channel._choose_way(wish, ways)
        kinds = dict(self.env["bti.consent"]._fields["kind"]._description_selection(self.env))
        self.way = kinds[chosen.kind] if chosen else kinds["phone"]
        self.explanation = self._explain_ways(client, wish, ways, chosen) + (
            self.explanation or Markup()
        )
        if chosen and chosen.kind == "sms":
            return
        self.channel_id = chosen and chosen.channel
        self.sender = self.operator_id = False
        self.parts = 0
        self.cost = chosen.cost if chosen and chosen.cost else 0.0

    def _explain_ways(self, client, wish, ways, chosen):
        """:return: each way with what is thought of it, the chosen one first
        :rtype: Markup
        """
        lines = [client._bti_describe_way(wish, way) for way in ways if way is not chosen]
        if chosen:
            heading = client._bti_describe_choice(wish, chosen)
        elif client.preferred_channel == "phone":
            heading = self.env._("The client wants to be called.")
        else:
            heading = self.env._("No message could go to him: somebody would be asked to call.")
        items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
        return Markup("<p><b>%s</b></p><ul>%s</ul>") % (heading, items)

from markupsafe import Markup

from odoo import api, fields, models


class OrderSend(models.TransientModel):
    """A quotation goes to the client by what he has: a network, SMS, e-mail or paper."""

    _name = "bti.order.send"
    _inherit = "bti.wizard.mixin"
    _description = "Send a Quotation"

    order_id = fields.Many2one("sale.order", "Quotation", required=True)
    partner_id = fields.Many2one(related="order_id.partner_id", string="Client")
    body = fields.Text("Message", compute="_compute_ways", help="The text, without its link.")
    ways = fields.Html(compute="_compute_ways", help="What is thought of each way.")
    has_sms = fields.Boolean(compute="_compute_ways")
    has_whatsapp = fields.Boolean(compute="_compute_ways")
    has_messenger = fields.Boolean(compute="_compute_ways")
    has_viber = fields.Boolean(compute="_compute_ways")
    has_email = fields.Boolean(compute="_compute_ways")

    # === COMPUTE METHODS === #

    @api.depends("order_id")
    @api.depends_context("lang")
    def _compute_ways(self):
        for wizard in self:
            order = wizard.order_id
            wish, ways = order._get_offer_ways() if order else (None, [])
            open_kinds = {way.kind for way in ways if not way.obstacle}
            for kind in ("sms", "whatsapp", "messenger", "viber"):
                wizard[f"has_{kind}"] = kind in open_kinds
            wizard.has_email = bool(order.partner_id.email_normalized)
            wizard.body = wish and order._mask_links(wish.text)
            lines = [order._bti_describe_way(wish, way) for way in ways]
            if order and not wizard.has_email:
                lines.append(self.env._("E-mail: the client has no address."))
            items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
            wizard.ways = Markup("<ul class='mb-0'>%s</ul>") % items

    # === ACTION METHODS === #

    def action_send(self):
        """Send by the way that the button names in the context (``way``)."""
        self.ensure_one()
        self.order_id._send_offer(self.env.context.get("way") or "")
        return {"type": "ir.actions.act_window_close"}

    def action_email(self):
        """Open Odoo's e-mail composer."""
        self.ensure_one()
        return self.order_id.with_context(
            validate_analytic=True, check_document_layout=True
        ).action_quotation_send()

    def action_print(self):
        """Print the pro-forma; whoever hands it over marks the quotation as sent."""
        self.ensure_one()
        return self.env.ref("sale.action_report_saleorder").report_action(self.order_id)

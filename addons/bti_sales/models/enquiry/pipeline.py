"""The pipeline follows the sale: what an enquiry may bring, and how far it has come."""

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.bti_messaging.tools.readers import in_language_of

OFFERS = ("draft", "sent")


class CrmStage(models.Model):
    _inherit = "crm.stage"

    is_quoted = fields.Boolean(
        string="Reached by a Quotation",
        help="An enquiry moves here by itself when a quotation for it is sent.",
    )

    @api.model
    def _bti_mark_quoted(self):
        """For the installation: Odoo's stage of proposals, unless it was deleted."""
        stage = self.env.ref("crm.stage_lead3", raise_if_not_found=False)
        if stage and not self.search_count([("is_quoted", "=", True)], limit=1):
            stage.is_quoted = True


class CrmLead(models.Model):
    """An enquiry is worth what was ordered, else what is offered, else what is needed."""

    _inherit = "crm.lead"

    # === FIELDS === #

    expected_revenue = fields.Monetary(
        compute="_compute_expected_revenue",
        store=True,
        readonly=False,
        default=None,
        help="Without taxes: what was ordered, else what is offered, else the needs at the"
        " client's prices. A figure of yours stays until one of these changes.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "partner_id",
        "need_ids.pieces",
        "need_ids.product_id",
        "order_ids.amount_untaxed",
        "order_ids.state",
    )
    def _compute_expected_revenue(self):
        for lead in self:
            ordered = lead.order_ids.filtered(lambda order: order.state == "sale")
            offered = lead.order_ids.filtered(lambda order: order.state in OFFERS)
            if ordered or offered:
                orders = ordered or offered
                revenue = sum(order.amount_untaxed / (order.currency_rate or 1) for order in orders)
            else:
                revenue = lead._get_need_revenue()
            # a person's figure, where nothing is known
            lead.expected_revenue = revenue or lead.expected_revenue

    # === BUSINESS METHODS === #

    def _get_need_revenue(self):
        """:return: the needs at the prices of the client's list, without taxes, in the currency of
            the company; 0 where no price is known
        :rtype: float
        """
        self.ensure_one()
        company = self.company_id or self.user_id.company_id or self.env.company
        pricelist = self.partner_id.with_company(company).property_product_pricelist
        revenue = 0
        for need in self.need_ids.filtered("product_id"):
            product = need.product_id.with_company(company)
            revenue += need.pieces * pricelist._get_product_price(
                product, need.pieces or 1, currency=company.currency_id, uom=product.uom_id
            )
        return revenue

    def _move_to_quoted(self):
        """A quotation was sent: go to the stage for it, forward only."""
        if not self:
            return
        # sudo: stages are read for whoever sends a quotation, in a job too
        stages = self.env["crm.stage"].sudo().search(Domain("is_quoted", "=", True))
        for lead in self:
            stage = stages.filtered(
                lambda one, lead=lead: not one.team_ids or lead.team_id in one.team_ids
            )[:1]
            if lead.active and not lead.stage_id.is_won and stage.sequence > lead.stage_id.sequence:
                lead.stage_id = stage

    def _move_to_won(self):
        """Goods were ordered: the enquiry is won, also when somebody had given it up."""
        self.filtered(lambda lead: not lead.stage_id.is_won or not lead.active).action_set_won()

    def _ask_about_cancelled(self, order):
        """Nothing of what was offered is left: the salesperson says what becomes of the enquiry.

        :param sale.order order: that was cancelled
        """
        for lead in self:
            if not lead.active or any(one.state != "cancel" for one in lead.order_ids):
                continue
            user = lead.user_id or order.user_id
            if user:
                lead = in_language_of(lead, user)
                lead.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=lead.env._(
                        "%(order)s was cancelled: go on, or lost?", order=order.name
                    ),
                )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # === CRUD METHODS === #

    def write(self, vals):
        """Take the enquiry along when the order is sent, confirmed or cancelled."""
        before = {order: order.state for order in self} if "state" in vals else {}
        result = super().write(vals)
        for order, state in before.items():
            if order.opportunity_id and order.state != state:
                order._move_opportunity()
        return result

    # === BUSINESS METHODS === #

    def _move_opportunity(self):
        self.ensure_one()
        # sudo: the client who signs, and the dispatcher, do not write enquiries
        lead = self.sudo().opportunity_id
        if self.state == "sent":
            lead._move_to_quoted()
        elif self.state == "sale":
            lead._move_to_won()
        elif self.state == "cancel":
            lead._ask_about_cancelled(self.sudo())

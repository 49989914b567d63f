from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...models.enquiry.bti_page_comment import SAME_ENQUIRY


class BtiPageAnswer(models.TransientModel):
    """The enquiry that is made together with the answer: what is wanted, and who asked before."""

    _inherit = "bti.page.answer"

    # === FIELDS === #

    similar_lead_ids = fields.Many2many("crm.lead", compute="_compute_similar_lead_ids")
    into_lead_id = fields.Many2one(
        "crm.lead",
        string="Note It On",
        compute="_compute_into_lead_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('id', 'in', similar_lead_ids)]",
        help="An open enquiry of the same client. Left empty, a new one is made.",
    )
    need_product_id = fields.Many2one(
        "product.product",
        string="Product",
        compute="_compute_need",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('type', '!=', 'service'), ('sale_ok', '=', True)]",
    )
    need_pieces = fields.Integer(
        string="Pieces",
        compute="_compute_need",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Left empty, the enquiry has no line of need yet.",
    )

    # === COMPUTE METHODS === #

    @api.depends("comment_id")
    @api.depends_context("uid")
    def _compute_similar_lead_ids(self):
        for wizard in self:
            # with the user's rights: the enquiries of colleagues may be their own affair
            wizard.similar_lead_ids = (
                wizard.can_make_lead and wizard.comment_id._find_similar_leads()
            )

    @api.depends("comment_id")
    def _compute_into_lead_id(self):
        since = fields.Datetime.now() - SAME_ENQUIRY
        for wizard in self:
            leads = wizard.similar_lead_ids
            wizard.into_lead_id = leads.filtered(lambda lead: lead.create_date >= since)[:1]

    @api.depends("comment_id")
    def _compute_need(self):
        for wizard in self:
            # sudo: as for the enquiry that a rule makes, which products there are is no secret
            comment = wizard.can_make_lead and wizard.comment_id.sudo()
            products = comment and comment._find_products()
            needs = comment and comment._prepare_need_vals()
            wizard.need_product_id = products if products and len(products) == 1 else False
            wizard.need_pieces = needs[0]["pieces"] if needs else 0

    # === BUSINESS METHODS === #

    def _make_lead(self):
        comment = self.comment_id
        if self.need_pieces < 0:
            raise UserError(self.env._("The number of pieces cannot be below zero."))
        if lead := self.into_lead_id:
            if lead not in self.similar_lead_ids:
                raise UserError(self.env._("This is not an open enquiry of the same client."))
            lead.check_access("write")
            comment.sudo()._add_to_lead(lead.sudo())  # sudo: nobody writes comments
        lead = super()._make_lead()
        self._add_need(lead)
        return lead

    def _add_need(self, lead):
        """What the words do not say, the user has typed; an enquiry that wants this product already
        is left as it is."""
        product, pieces = self.need_product_id, self.need_pieces
        if not product or not pieces:
            return
        # sudo: the enquiry may be a colleague's
        lead = lead.sudo()
        same = lead.need_ids.filtered(lambda need: need.product_id == product)
        if not same:
            words = (self.comment_text or "")[:200]
            vals = {"product_id": product.id, "pieces": pieces, "description": words}
            lead.need_ids = [Command.create(vals)]
        elif lead.page_comment_ids == self.comment_id.sudo():  # sudo: only compared
            same[:1].pieces = pieces

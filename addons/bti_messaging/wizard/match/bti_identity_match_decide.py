from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.plural import listed


class BtiIdentityMatchDecide(models.TransientModel):
    """Say whose number it is, after having seen what follows from it."""

    _name = "bti.identity.match.decide"
    _inherit = "bti.wizard.mixin"
    _description = "Whose Number Is It?"

    # === FIELDS === #

    match_id = fields.Many2one("bti.identity.match", required=True, readonly=True)
    identity_id = fields.Many2one(related="match_id.identity_id")
    company_id = fields.Many2one(related="match_id.company_id")
    number = fields.Char(related="match_id.number")
    current_partner_id = fields.Many2one(related="match_id.current_partner_id", string="So Far")
    candidate_ids = fields.Many2many(related="match_id.candidate_ids")
    partner_id = fields.Many2one(
        "res.partner",
        string="It Is",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    consequences = fields.Html(string="What Follows", compute="_compute_consequences")

    # === COMPUTE METHODS === #

    @api.depends("match_id")
    def _compute_partner_id(self):
        for wizard in self:
            candidates = wizard.candidate_ids
            several = len(candidates) > 1 or wizard.match_id.is_conflict
            # where there is a choice, nothing is chosen
            wizard.partner_id = False if several else candidates or wizard.current_partner_id

    @api.depends("partner_id", "match_id")
    def _compute_consequences(self):
        for wizard in self:
            lines = wizard._get_consequences()
            items = Markup("").join(Markup("<li>%s</li>") % escape(line) for line in lines)
            wizard.consequences = Markup("<ul>%s</ul>") % items if lines else False

    # === ACTIONS === #

    def action_accept(self):
        """It is he: his messages become those of the contact."""
        self.ensure_one()
        match, partner = self.match_id, self.partner_id
        match._bti_check_agent()
        if match.state != "open":
            raise UserError(self.env._("This was decided already."))
        if not partner:
            raise UserError(self.env._("Choose a contact."))
        partner.check_access("read")
        if partner.company_id and partner.company_id != match.company_id:
            raise UserError(
                self.env._("%(contact)s belongs to another company.", contact=partner.display_name)
            )
        if not partner.phone:
            partner.phone = match.number  # no sudo: changing contacts is a right of its own
        match.identity_id._link(partner)
        # sudo: as in _link
        match.identity_id.sudo().decided = True
        match._decide("accepted")
        return {"type": "ir.actions.act_window_close"}

    def action_create(self):
        """Make a contact with this number."""
        self.ensure_one()
        match = self.match_id
        match._bti_check_agent()
        if match.current_partner_id or match.candidate_ids:
            raise UserError(self.env._("There is a contact already."))
        vals = {**match.identity_id._prepare_partner_vals(), "phone": match.number}
        self.partner_id = self.env["res.partner"].create(vals)  # no sudo: as above
        return self.action_accept()

    # === BUSINESS METHODS === #

    def _get_consequences(self):
        """Hook: what follows from accepting, one sentence each.

        :rtype: list[str]
        """
        self.ensure_one()
        identity, partner, match = self.identity_id, self.partner_id, self.match_id
        lines = []
        if match.rival_ids:
            names = listed(self.env, match.rival_ids.mapped("display_name"))
            lines.append(
                self.env._(
                    "%(names)s gave this number too: only one of them can have it, or they are one "
                    "person.",
                    names=names,
                )
            )
        if not partner:
            return lines
        former = identity.partner_id
        moved = self.env["bti.message"].search_count(
            Domain("identity_id", "=", identity.id) & Domain("partner_id", "in", [False, former.id])
        )
        conversations = self.env["discuss.channel"].search_count(
            Domain("bti_identity_id", "=", identity.id)
        )
        if former and former != partner:
            lines.append(
                self.env._(
                    "So far this was %(former)s: what was noted on that contact stays there, the "
                    "messages move.",
                    former=former.display_name,
                )
            )
        if former != partner:
            lines.append(
                self.env._(
                    "%(messages)s messages and %(conversations)s conversations become those of "
                    "%(contact)s, and the next ones as well.",
                    messages=moved,
                    conversations=conversations,
                    contact=partner.display_name,
                )
            )
        # sudo: numbers are worked out by the program
        if not partner.phone:
            lines.append(self.env._("The contact gets the number %s.", match.number))
        elif match.number not in partner.sudo()._bti_get_numbers():
            lines.append(
                self.env._("The contact has another number, which stays: %s.", partner.phone)
            )
        lines.append(self.env._("Consents are those of the contact; nothing is sent."))
        return lines

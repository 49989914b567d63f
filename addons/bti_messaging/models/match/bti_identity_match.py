from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.insert_or_find import insert_or_find
from ...tools.plural import listed


class BtiIdentityMatch(models.Model):
    """Somebody on a network gave a phone number: a person says whose it is.

    Who gives a number may give another's, and two may give the same one: that is a conflict, shown
    to a person, and decided by him.
    """

    _name = "bti.identity.match"
    _description = "Number Given in a Conversation"
    _inherit = ["bti.agent.action.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    # === FIELDS === #

    identity_id = fields.Many2one(
        "bti.identity",
        string="Correspondent",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="identity_id.company_id", store=True, index=True)
    current_partner_id = fields.Many2one(related="identity_id.partner_id", string="Contact so Far")
    number = fields.Char(string="Number Given", required=True, readonly=True, index=True)
    message_id = fields.Many2one(
        "bti.message", string="Given In", readonly=True, ondelete="set null"
    )
    candidate_ids = fields.Many2many(
        "res.partner", string="Contacts with This Number", compute="_compute_candidate_ids"
    )
    rival_ids = fields.Many2many(
        "bti.identity", string="Also Given By", compute="_compute_rival_ids"
    )
    is_conflict = fields.Boolean(
        string="Conflict",
        readonly=True,
        help="Two people gave this number, or it belongs to somebody else than the contact.",
    )
    state = fields.Selection(
        [("open", "To Decide"), ("accepted", "Accepted"), ("refused", "Refused")],
        required=True,
        default="open",
        readonly=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)

    _number_uniq = models.Constraint(
        "UNIQUE(identity_id, number)", "This person has given this number already."
    )

    # === COMPUTE METHODS === #

    def _compute_candidate_ids(self):
        self.candidate_ids = False
        for company, matches in self.grouped("company_id").items():
            partners = self.env["bti.identity"]._search_partners(company, matches.mapped("number"))
            by_number = {}
            for partner in partners.sudo():  # sudo: whose it is does not depend on the reader
                for number in partner._bti_get_numbers():
                    by_number.setdefault(number, []).append(partner.id)
            for match in matches:
                match.candidate_ids = [Command.set(by_number.get(match.number, []))]

    def _compute_rival_ids(self):
        others = self.search(
            Domain("number", "in", self.mapped("number")) & Domain("state", "!=", "refused")
        )
        for match in self:
            match.rival_ids = (
                others.filtered(
                    lambda other, match=match: (
                        other.number == match.number and other.company_id == match.company_id
                    )
                ).identity_id
                - match.identity_id
            )

    # === ACTIONS === #

    def action_decide(self):
        """Open the wizard that shows what accepting the number means."""
        self.ensure_one()
        self._bti_check_agent()
        if self.state != "open":
            raise UserError(self.env._("This was decided already."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Whose Number Is It?"),
            "res_model": "bti.identity.match.decide",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_match_id": self.id},
        }

    def action_refuse(self):
        """It is not his number: everything stays as it is."""
        self._bti_check_agent()
        self.filtered(lambda match: match.state == "open")._decide("refused")

    # === BUSINESS METHODS === #

    @api.model
    def _propose(self, identity, number, message):
        """Write down a number that somebody gave, once, and tell the agents.

        :param bti.identity identity: who gave it
        :param str number: E.164
        :param bti.message message: in which
        """
        domain = Domain("identity_id", "=", identity.id) & Domain("number", "=", number)
        known = self.search(domain, limit=1)
        if known:
            return known
        match = insert_or_find(
            self.env,
            lambda: self.search(domain, limit=1),
            lambda: self.create(
                {"identity_id": identity.id, "number": number, "message_id": message.id}
            ),
        )
        if match._is_known():
            match.state = "accepted"
            return match
        match._note_conflict()
        message._note_for_agents_html(match._get_note())
        return match

    def _is_known(self):
        """Whether the contact has this number, and nobody else gave it."""
        self.ensure_one()
        partner = self.identity_id.partner_id
        return bool(partner) and self.candidate_ids == partner and not self.rival_ids

    def _note_conflict(self):
        """Mark all who gave a number that cannot belong to all of them."""
        self.ensure_one()
        rivals = self.search(
            Domain("number", "=", self.number)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "!=", "refused")
            & Domain("id", "!=", self.id)
        )
        partner = self.identity_id.partner_id
        if rivals or (partner and self.candidate_ids and partner not in self.candidate_ids):
            (self | rivals).is_conflict = True

    def _get_note(self):
        """:return: what the agents are told in the conversation
        :rtype: Markup
        """
        self.ensure_one()
        link = self._get_html_link(title=self.env._("Decide"))
        values = {"number": self.number, "link": link}
        if self.rival_ids:
            rivals = listed(self.env, self.rival_ids.mapped("display_name"))
            return self.env._(
                "Conflict: %(rivals)s gave the number %(number)s too. %(link)s",
                rivals=rivals,
                **values,
            )
        if names := listed(self.env, self.candidate_ids.sudo().mapped("display_name")):
            return self.env._(
                "The number %(number)s that he gives belongs to %(names)s. Is it he? %(link)s",
                names=names,
                **values,
            )
        return self.env._("He gives the number %(number)s, which nobody has. %(link)s", **values)

    def _decide(self, state):
        # sudo: nobody writes these by hand, callers checked the right to decide
        self.sudo().write(
            {"state": state, "decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()}
        )

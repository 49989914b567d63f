from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Kinds of addresses that repeat the number of the client they belong to.
ADDRESS_TYPES = ("delivery", "invoice", "other")
MAX_CANDIDATES = 20


class BtiIdentity(models.Model):
    """Who a correspondent is.

    Nothing is guessed: one contact with the number is he, several are shown to a person who
    decides, none becomes a contact only by a decision or by the channel's rule. Numbers change
    hands: who was found by his number is not he when it is somebody else's.
    """

    _inherit = "bti.identity"

    # === FIELDS === #

    ambiguous = fields.Boolean(
        string="To Decide",
        readonly=True,
        help="Several contacts have this number; somebody has to say who it is.",
    )
    candidate_ids = fields.Many2many(
        "res.partner",
        string="Contacts with This Number",
        compute="_compute_candidate_ids",
    )
    decided = fields.Boolean(
        string="Decided by a Person",
        readonly=True,
        help="Somebody said who it is: it stays so whatever numbers the contacts have.",
    )

    # === COMPUTE METHODS === #

    @api.depends("external_id", "alias_ids.external_id", "partner_id", "automatic")
    def _compute_candidate_ids(self):
        self.candidate_ids = False
        number_of = {
            identity: number
            for identity in self
            if not identity.automatic and (number := identity._get_number())
        }
        for company, identities in (
            self.filtered(lambda identity: identity in number_of).grouped("company_id").items()
        ):
            partners = self._search_partners(company, [number_of[item] for item in identities])
            by_number = {}
            for partner in partners.sudo():  # as _search_partners
                for number in partner._bti_get_numbers():
                    by_number.setdefault(number, []).append(partner.id)
            for identity in identities:
                identity.candidate_ids = [Command.set(by_number.get(number_of[identity], []))]

    # === ACTIONS === #

    def action_create_contact(self):
        """Make a contact of the correspondent, in the agent's name, and show it."""
        self.ensure_one()
        self._bti_check_agent()
        if self.partner_id:
            raise UserError(self.env._("This correspondent already has a contact."))
        # no sudo: creating contacts is a right of its own
        partner = self.env["res.partner"].create(self._prepare_partner_vals())
        self._link(partner)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": partner.id,
            "views": [(False, "form")],
        }

    def action_link_contact(self):
        """Open the wizard that says who the correspondent is."""
        self.ensure_one()
        self._bti_check_agent()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Is It?"),
            "res_model": "bti.identity.link",
            "view_mode": "form",
            "target": "new",
            "context": {"default_identity_id": self.id},
        }

    def action_find_contact(self):
        """Look once more for the contact with this number."""
        self._bti_check_agent()
        unknown = self.filtered(lambda identity: not identity.partner_id)
        unknown.invalidate_recordset(["candidate_ids"])
        for identity in unknown:
            identity._choose_partner(identity.candidate_ids)

    # === BUSINESS METHODS: FINDING THE CONTACT === #

    @api.model
    def _search_partners(self, company, addresses):
        """:return: the contacts of a company that have one of these numbers, oldest first"""
        # sudo: who it is does not depend on which contacts the reader may see
        return (
            self.env["res.partner"]
            .sudo()
            .search(
                Domain("phone_numbers", "in", list(set(addresses)))
                & Domain("company_id", "in", [False, company.id]),
                order="id",
                limit=MAX_CANDIDATES * max(len(addresses), 1),
            )
            .with_env(self.env)
        )

    def _find_partner(self, current=None):
        """Link the only contact that has the number; several are left for a person.

        :param bti.message current: as for ``_link``
        :return: the contact, or none
        """
        self.ensure_one()
        self.invalidate_recordset(["candidate_ids"])
        return self._choose_partner(self.candidate_ids, current)

    def _choose_partner(self, partners, current=None):
        """:param res.partner partners: all contacts with the number"""
        partners = partners.sudo()  # chosen whatever the reader may see of them
        if len(partners) > 1:
            people = partners.filtered(
                lambda partner: (
                    not (
                        partner.type in ADDRESS_TYPES and partner.commercial_partner_id in partners
                    )
                )
            )
            partners = people or partners
        if len(partners) == 1:
            self._link(partners, current)
            return partners
        self.sudo().ambiguous = len(partners) > 1  # sudo: written by the program only
        return self.env["res.partner"]

    def _forget_stale_partner(self):
        """Forget the contact when he belongs to another company, or when he was found by the number
        and only others have it now. What was written so far stays his.

        :return: whether he was forgotten, so that one has to look again
        :rtype: bool
        """
        self.ensure_one()
        # sudo: whether it is still he does not depend on what the reader may see
        identity = self.sudo()
        partner = identity.partner_id
        if not partner.company_id or partner.company_id == identity.company_id:
            number = identity._get_number()
            has_number = partner.active and number in partner._bti_get_numbers()
            if identity.decided or has_number or not number:
                return False
            identity.invalidate_recordset(["candidate_ids"])
            if not identity.candidate_ids - partner:
                return False
        identity.write({"partner_id": False, "decided": False})
        return True

    # === BUSINESS METHODS: SAYING WHO IT IS === #

    def _prepare_partner_vals(self):
        """Hook: values of the contact that is made of a correspondent."""
        self.ensure_one()
        return {
            "name": self.profile_name or self._get_number() or self.display_name,
            "phone": self._get_number() or (self.kind == "phone" and self.external_id),
            "company_id": self.company_id.id,
            "country_id": self.company_id.country_id.id,
        }

    def _create_partner(self, current=None):
        """Make a contact by the channel's rule.

        :param bti.message current: as for ``_link``
        """
        # sudo: the rule was set by a manager, it works for whoever writes
        partner = self.env["res.partner"].sudo().create(self._prepare_partner_vals())
        self._link(partner, current)
        return partner

    def _link(self, partner, current=None):
        """Say who the correspondent is: his messages so far, and the running conversation,
        become those of the contact, once.

        :param res.partner partner: one contact
        :param bti.message current: one that is being handled and noted on its own
        """
        self.ensure_one()
        # sudo: nobody writes identities and messages, callers checked the right to do this
        identity_sudo = self.sudo()
        former = identity_sudo.partner_id
        if former == partner:
            identity_sudo.ambiguous = False
            return
        messages = identity_sudo.message_ids.filtered(
            lambda message: not message.partner_id or message.partner_id == former
        )
        identity_sudo.write({"partner_id": partner.id, "ambiguous": False})
        messages.partner_id = partner
        (messages - (current or messages.browse()))._log_earlier(partner)
        identity_sudo._after_link()

    def _after_link(self):
        """Hook: somebody has just said who the correspondent is, as superuser."""

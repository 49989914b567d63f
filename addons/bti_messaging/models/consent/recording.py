from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.insert_or_find import insert_or_find


class BtiConsent(models.Model):
    """How the program writes facts into the log: each once, with the contact whose it is."""

    _inherit = "bti.consent"

    # === RECORDING === #

    @api.model
    def _record(
        self,
        company,
        kind,
        address,
        state,
        how,
        purpose="marketing",
        proof="",
        partner=None,
        message=None,
        date=None,
        once=False,
        **extra,
    ):
        """Write down what a person said; the same fact twice is one row.

        :param res.company company: to whom; empty: to all companies
        :param str kind: "sms", "email", ... or "all"
        :param str address: E.164, e-mail, or identifier of the provider
        :param str state: "given", "pending" or "withdrawn"
        :param str how: how we know it, see the field
        :param str purpose: "marketing", "survey", "service" or "transactional"
        :param str proof: the exact wording; the text of the message by default
        :param res.partner partner: whose; found by the address by default
        :param bti.message message: the message that said it; recorded once
        :param datetime date: when it was said, naive UTC; now by default
        :param bool once: said by a click, of which a second one at the same moment says the same
        :param extra: other fields: ``ip``, ``user_agent``, ``lang``, ``expires_at``
        :return: the row, new or as it was
        :rtype: bti.consent
        """
        # sudo: nobody writes this log by hand, clients have no rights at all
        self = self.sudo()
        vals = {
            "company_id": company.id if company else False,
            "kind": kind,
            "address": self._normalise(kind, address, company) or address,
            "state": state,
            "how": how,
            "purpose": purpose,
            "proof": proof,
            "partner_id": partner.id if partner else False,
            "message_id": message.id if message else False,
            "date": date or fields.Datetime.now(),
            "user_id": self._get_recorder(),
            **extra,
        }
        if once:
            vals["follows"] = self._get_latest_ref(vals["address"], purpose)
        return insert_or_find(
            self.env,
            lambda: self._find_same(vals, by_date=bool(date)),
            lambda: self.create(vals),
        )

    @api.model
    def _get_latest_ref(self, address, purpose):
        """:return: what tells the latest fact about an address from all others, as text"""
        self.flush_model()
        query = SQL(
            "SELECT max(id) FROM bti_consent WHERE address = %s AND purpose = %s", address, purpose
        )
        [[latest]] = self.env.execute_query(query)
        return str(latest or 0)

    @api.model
    def _get_recorder(self):
        """:return: id of the user who records, False for clients and the system"""
        user = self.env.user
        return user.id if user._is_internal() and not user._is_superuser() else False

    @api.model
    def _find_same(self, vals, by_date):
        """:return: the row of the same fact: same message, or same moment"""
        if vals["message_id"]:
            names = ("message_id",)
        elif by_date:
            names = ("date",)
        else:
            return self.browse()
        names += ("company_id", "kind", "address", "purpose", "state")
        return self.search(Domain.AND([(name, "=", vals[name])] for name in names), limit=1)

    # === WHOSE IT IS === #

    @api.model
    def _fill_partners(self, vals_list):
        """Find the contacts of those facts that name none, one search for each company."""
        nameless = {}
        for vals in vals_list:
            if not vals.get("partner_id"):
                nameless.setdefault(vals.get("company_id") or False, []).append(vals)
        for company_id, group in nameless.items():
            company = self.env["res.company"].browse(company_id)
            found = self._find_partners(company, list({vals["address"] for vals in group}))
            for vals in group:
                partner = found.get(vals["address"])
                vals["partner_id"] = partner.id if partner else False

    @api.model
    def _find_partners(self, company, addresses):
        """Whose addresses these are; of two people with one number neither is chosen.

        :param res.company company: only its contacts and the shared ones; empty: all
        :param list[str] addresses: normalised
        :return: contact of each address that belongs to one
        :rtype: dict[str, res.partner]
        """
        domain = Domain("phone_numbers", "in", addresses) | Domain(
            "email_normalized", "in", addresses
        )
        if company:
            domain &= Domain("company_id", "in", [False, company.id])
        found = {}
        # sudo: a fact belongs to its contact whoever records it
        for partner in self.env["res.partner"].sudo().search(domain):
            for address in {*partner._bti_get_numbers(), partner.email_normalized} - {False}:
                found.setdefault(address, set()).add(partner)
        return {address: people.pop() for address, people in found.items() if len(people) == 1}

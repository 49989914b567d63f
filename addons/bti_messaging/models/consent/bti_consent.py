from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

from ...const import PURPOSES
from ...gateways.sms import numbers
from ...tools import imprint
from .blacklist_mixin import FOLLOWS, FOLLOWS_KEY

# How a person who works here may have learnt it; the other ways are the client's own.
USER_HOWS = ("call", "paper", "form", "import")
# Addresses of these kinds are e-mail addresses or identifiers of a provider; others are numbers.
IDENTIFIER_KINDS = ("messenger", "viber")


class BtiConsent(models.Model):
    """What a person said about being written to: one row per fact, never changed.

    The latest row of a company, kind, address and purpose is the state. A row without
    company is a fact that concerns all of them (Odoo's own blacklists are global); a row
    with ``list_name`` concerns one mailing list only.
    """

    _name = "bti.consent"
    _inherit = ["bti.number.search.mixin"]
    _description = "Consent"
    _order = "date desc, id desc"
    _rec_name = "address"

    # === FIELDS === #

    company_id = fields.Many2one(
        "res.company",
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
        help="Empty: the person said it to all companies.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        index="btree_not_null",
        ondelete="set null",
    )
    kind = fields.Selection(
        [
            ("sms", "SMS"),
            ("email", "E-mail"),
            ("whatsapp", "WhatsApp"),
            ("messenger", "Messenger"),
            ("viber", "Viber"),
            ("phone", "Phone Call"),
            ("all", "All Ways"),
        ],
        string="By",
        required=True,
        default="sms",
    )
    address = fields.Char(
        string="Number or Address",
        required=True,
        help="International number, e-mail address, or the name by which a network knows the "
        "person. An erased one is kept as an imprint, by which it is still recognized.",
    )
    purpose = fields.Selection(
        PURPOSES,
        required=True,
        default="marketing",
    )
    state = fields.Selection(
        [("given", "Agrees"), ("pending", "Asked"), ("withdrawn", "Refuses")],
        string="Says",
        required=True,
        default="given",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    how = fields.Selection(
        [
            ("keyword", "Word in a Message"),
            ("page", "Preference Page"),
            ("form", "Form"),
            ("call", "Phone Call"),
            ("paper", "Paper"),
            ("import", "Import"),
            ("mailing_link", "Link in a Mailing"),
            ("blacklist", "Blacklist Screen"),
            ("double_opt_in", "Question to the Client"),
            ("network", "Setting on the Network"),
        ],
        required=True,
        default="import",
    )
    proof = fields.Text(help="The exact wording: what was asked, what was answered.")
    proof_file = fields.Binary(string="Scan", attachment=True)
    proof_filename = fields.Char()
    message_id = fields.Many2one(
        "bti.message",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded By",
        readonly=True,
        ondelete="set null",
        help="Empty: by the client himself.",
    )
    ip = fields.Char(string="Internet Address", readonly=True)
    user_agent = fields.Char(string="Browser", readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    expires_at = fields.Datetime(
        string="Answer Expected Until",
        readonly=True,
    )
    list_id = fields.Many2one(
        "mailing.list",
        string="Mailing List",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    list_name = fields.Char(
        string="Only This List",
        readonly=True,
        help="The fact concerns this mailing list alone.",
    )
    follows = fields.Char(
        string="Said After",
        readonly=True,
        help="The latest fact about the address when this was said on a page: a second click says "
        "nothing new.",
    )

    _message_uniq = models.Constraint(
        "UNIQUE(message_id, company_id, kind, address, purpose, state)",
        "This message has already been recorded as a consent.",
    )
    _click_uniq = models.UniqueIndex(
        "(company_id, kind, address, purpose, state, follows) WHERE follows IS NOT NULL",
        "This answer has already been recorded.",
    )
    _given_has_proof = models.Constraint(
        "CHECK(state != 'given' OR proof IS NOT NULL)",
        "A consent needs its proof: what was said or signed.",
    )
    _state_idx = models.Index("(address, purpose, date DESC, id DESC)")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Record facts, bring addresses into one spelling and the blacklists in step."""
        vals_list = [self._prepare_create_vals(vals) for vals in vals_list]
        self._fill_partners(vals_list)
        consents = super().create(vals_list)
        if self.env.context.get(FOLLOWS_KEY) is not FOLLOWS:
            consents._move_blacklists()
        return consents

    def write(self, vals):
        """Refuse: a log that can be changed proves nothing."""
        if vals:
            raise UserError(
                self.env._("Consents are never changed: record what the person says now instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Consents are never deleted. When a person asks for it, erase the personal "
                "data under Messaging > Configuration > Personal Data."
            )
        )

    def _write_once(self, vals):
        """The only way around :meth:`write`: a question gets its wording, an erased person
        loses his name."""
        return models.BaseModel.write(self, vals)

    def copy_data(self, default=None):
        """Refuse: a fact happens once."""
        raise UserError(self.env._("A consent cannot be duplicated."))

    @api.model
    def _bti_get_searched_numbers(self):
        return ["address"]

    # === VALUES OF A FACT === #

    @api.model
    def _prepare_create_vals(self, vals):
        """Complete and check the values of one fact.

        :param dict vals: values as typed, imported or given by the code
        :raise ValidationError: with what is wrong, in words for whoever imports a line
        :rtype: dict
        """
        vals = {**self._get_defaults(vals), **vals}
        now = fields.Datetime.now()
        # a date in the future would outrank whatever the person says until then
        vals["date"] = min(fields.Datetime.to_datetime(vals.get("date")) or now, now)
        company = self.env["res.company"].browse(vals.get("company_id"))
        address = self._normalise(vals.get("kind"), vals.get("address"), company)
        if self.env.su:
            # what a provider gives is kept even when no phone has such a number
            address = address or (vals.get("address") or "").replace("\0", "").strip()
        else:
            self._check_user_vals(vals, address)
            vals.update(user_id=self.env.uid, **self._get_client_facts())
        vals["address"] = address
        vals["proof"] = (vals.get("proof") or "").replace("\0", "").strip() or False
        if not vals["proof"] and vals.get("message_id"):
            # the message itself may be gone one day
            vals["proof"] = self.env["bti.message"].browse(vals["message_id"]).body or False
        if vals["state"] == "given" and not vals["proof"]:
            raise ValidationError(
                self.env._(
                    "The proof is missing for %(address)s: write what the client said or "
                    "signed, word for word.",
                    address=address,
                )
            )
        return vals

    @api.model
    def _get_defaults(self, vals):
        missing = [
            name
            for name in ("company_id", "kind", "purpose", "state", "how", "date")
            if name not in vals
        ]
        return self.default_get(missing)

    @api.model
    def _get_client_facts(self):
        """Values that only the client's own doing may fill."""
        return dict.fromkeys(
            ("message_id", "ip", "user_agent", "expires_at", "list_id", "list_name", "follows"),
            False,
        )

    def _check_user_vals(self, vals, address):
        """What a person who works here may record.

        :raise ValidationError: with what is wrong
        """
        if not address:
            raise ValidationError(
                self.env._(
                    "%(address)s is neither a phone number nor an e-mail address.",
                    address=vals.get("address") or self.env._("Nothing"),
                )
            )
        companies = self.env["res.company"].sudo()  # sudo: counted only
        if not vals.get("company_id") and companies.search_count([]) > len(
            self.env.user.company_ids
        ):
            raise ValidationError(
                self.env._("Say to which company: you do not work for all of them.")
            )
        if vals["how"] not in USER_HOWS:
            raise ValidationError(
                self.env._(
                    "Only the client can do this himself. Say how you learnt it: phone call, "
                    "paper, form or import."
                )
            )
        if vals["state"] == "pending":
            raise ValidationError(
                self.env._("Use the button Ask for Consent to ask the client a question.")
            )

    @api.model
    def _normalise(self, kind, address, company=None):
        """Bring an address into the spelling in which it is compared.

        :param str kind: kind of address
        :param str address: as typed
        :param res.company company: gives the country of a number without prefix
        :return: E.164, normalised e-mail or identifier; False if it can be none
        :rtype: str | bool
        """
        address = (address or "").replace("\0", "").strip()
        if not address or kind in IDENTIFIER_KINDS or imprint.is_imprint(address):
            return address or False
        if kind == "email" or (kind == "all" and "@" in address):
            return email_normalize(address)
        country = (company or self.env.company).country_id or self.env.company.country_id
        found = numbers.analyse(address, country.code)
        return found.e164 if found else False

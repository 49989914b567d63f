import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache

from ...gateways.sms import numbers
from .bti_network_price import CATEGORIES

# WhatsApp's ids of people begin with their country.
COUNTRY_OF_ID = re.compile(r"([A-Z]{2})\.")


class BtiMessage(models.Model):
    """What a message on a network costs: an estimate when it is written, then what the network
    says. An SMS costs what its parts cost, see the room ``channel``."""

    _inherit = "bti.message"

    # === FIELDS === #

    price_category = fields.Selection(
        CATEGORIES,
        readonly=True,
        copy=False,
        help="By which the network takes money.",
    )
    cost_told = fields.Boolean(
        string="Cost Told by the Network",
        readonly=True,
        copy=False,
        help="The network has said for what it takes money; until then the cost is an estimate.",
    )

    # the free messages of a month are counted by it
    _category_idx = models.Index(
        "(channel_id, price_category, charged_on) WHERE price_category IS NOT NULL"
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Estimate what the messages of networks cost; one count for those that are alike."""
        counts = {}
        vals_list = [self._prepare_cost_vals(vals, counts) for vals in vals_list]
        return super().create(vals_list)

    @api.model
    def _prepare_cost_vals(self, vals, counts):
        """Add what one message costs.

        :param dict vals: values of a message
        :param dict counts: {what is alike: (how many, the cost of the first)}; filled here
        :rtype: dict
        """
        if vals.get("direction", "out") != "out" or "cost" in vals:
            return vals
        channel = self.env["bti.channel"].browse(vals.get("channel_id") or False)
        if channel.kind in ("sms", False):
            return vals
        category = self._get_price_category(vals)
        country = self._get_country(vals, channel.company_id)
        key = (channel, category, country)
        number = counts.get(key, 0)
        counts[key] = number + 1
        cost = channel.sudo()._get_message_cost(category, country, number)  # sudo: as for SMS
        return {"price_category": category, **vals, "cost": cost or 0.0}

    # === BUSINESS METHODS: THE ESTIMATE === #

    @api.model
    def _get_price_category(self, vals):
        """:param dict vals: values of an outgoing message
        :return: by which the network takes money for it
        :rtype: str
        """
        template = (vals.get("content") or {}).get("template") or {}
        known = dict(CATEGORIES)
        category = template.get("category") or ("utility" if template else "service")
        return category if category in known else "utility"

    @api.model
    def _get_country(self, vals, company):
        """:param dict vals: values of an outgoing message
        :param res.company company: the sender
        :return: of whoever it goes to, as far as his number or id tells it; else the company's
        :rtype: res.country
        """
        number = vals.get("number") or ""
        found = COUNTRY_OF_ID.match(number)
        code = found[1] if found else numbers.get_country(number)
        Country = self.env["res.country"]
        return Country.browse(Country._bti_get_ids().get(code)) or company.country_id

    # === BUSINESS METHODS: WHAT THE NETWORK TELLS === #

    def _note_pricing(self, pricing):
        """The network told for what it takes money. It tells so with each report, in any order.

        :param dict pricing: "billable", "category", "type"
        :return: the messages whose cost was not known like this
        """
        category = _read_category(pricing)
        changed = self.browse()
        for message in self.filtered(lambda message: message.state != "failed"):
            vals = message._prepare_told_vals(category, pricing)
            if any(message[name] != value for name, value in vals.items()):
                message.write(vals)
                changed |= message
        changed._after_cost_told()
        return changed

    def _prepare_told_vals(self, category, pricing):
        """:return: values by what the network told of this message
        :rtype: dict
        """
        self.ensure_one()
        vals = {"cost_told": True}
        if category:
            vals["price_category"] = category
        if pricing.get("billable") is False or str(pricing.get("type")).startswith("free"):
            return {**vals, "cost": 0.0}
        country = self._get_country({"number": self.number}, self.company_id)
        cost = self.channel_id._get_message_cost(
            category or self.price_category or "service", country, billed=True
        )
        return vals if cost is None else {**vals, "cost": cost}

    def _after_state_change(self, newly_sent):
        """What a network did not deliver it takes no money for."""
        result = super()._after_state_change(newly_sent)
        free = self.filtered(
            lambda message: message.state == "failed" and message.price_category and message.cost
        )
        if free:
            free.cost = 0.0
        return result

    # === HOOKS === #

    def _after_cost_told(self):
        """Hook: what these messages cost is known better than before."""


class ResCountry(models.Model):
    _name = "res.country"
    _inherit = ["res.country", "bti.cached.mixin"]
    _cached_fields = frozenset({"code"})

    @api.model
    @ormcache()
    def _bti_get_ids(self):
        """:return: {two letters: id of the country}
        :rtype: dict[str, int]
        """
        # sudo: countries are the same for everybody, the table is kept for all
        return {country.code: country.id for country in self.sudo().search(Domain.TRUE)}


def _read_category(pricing):
    """:return: the category in our words, "" when it is none of them. Networks tell variants:
    "marketing_lite", "authentication_international"
    """
    told = str(pricing.get("category") or "").lower()
    if told == "referral_conversion":
        return "service"
    return next((name for name, _label in CATEGORIES if told.startswith(name)), "")

from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...gateways.sms import numbers

# What keeps a channel from carrying a message: how bad that is. The channel with the lowest
# figure carries it; with NEVER it does not. Labels: ``_get_obstacle_texts``.
FIT = 0
NEVER = 9
OBSTACLES = {
    "": FIT,
    "problem": 1,
    "budget": 1,
    "paused": 2,
    # prefixes are a guess (ported numbers), so this is a last resort and no refusal
    "operator": 3,
    "trial": NEVER,
    "purpose": NEVER,
    "excluded": NEVER,
}


@dataclass(frozen=True)
class Verdict:
    """What is thought of one ``channel`` for one message: its ``obstacle`` (a key of
    ``OBSTACLES``), and the ``cost_per_part`` there."""

    channel: models.Model
    obstacle: str
    cost_per_part: float

    @property
    def weight(self):
        """How bad the obstacle is; the lowest wins."""
        return OBSTACLES[self.obstacle]


class BtiChannel(models.Model):
    """Through which channel a message goes, and what the counter beside its text says."""

    _inherit = "bti.channel"

    # === FIELDS === #

    purposes = fields.Selection(
        [
            ("both", "All messages"),
            ("transactional", "Transactional only"),
            ("marketing", "Marketing only"),
        ],
        string="Carries",
        required=True,
        default="both",
        tracking=True,
    )
    operator_ids = fields.Many2many(
        "bti.operator",
        string="Operators",
        help="Carries messages to the numbers of these operators. Empty: to all numbers.",
    )
    marketing_external_id = fields.Char(
        string="Marketing Sender",
        tracking=True,
        help="Shown to the recipient of marketing messages instead of the sender.",
    )

    # === BUSINESS METHODS === #

    def _get_sender(self, purpose):
        """:return: what the recipient sees as the sender, according to the purpose
        :rtype: str
        """
        self.ensure_one()
        own = purpose == "marketing" and self.marketing_external_id
        return own or self.external_id or ""

    def _get_reply_number(self):
        """:return: the digits to which a recipient of marketing can answer, "" when he sees a name
        :rtype: str
        """
        self.ensure_one()
        sender = self._get_sender("marketing").lstrip("+")
        return sender if sender.isdigit() else ""

    @api.model
    def _choose_channels(self, company, kind, wishes, exclude=None):
        """Choose the channel of each of many messages at once; hook for other addons.

        The first channel (by order or by lowest cost, a setting of the company) that can carry
        the message now. When none can, the message waits with the first that will be able to.
        With ``exclude``, the question is whether another channel can carry it now: nobody moves
        from one that is down to another that is down.

        Channels, prices, operators and budgets are read once, whatever the number of wishes.

        :param res.company company: the sender
        :param str kind: what the channels must carry
        :param list[tuple[str, str]] wishes: (number in E.164 or empty, purpose) per message
        :param bti.channel exclude: channels that must not be chosen, e.g. because they are down
        :return: a channel, or an empty one, per wish, in their order
        :rtype: list[bti.channel]
        """
        candidates = self._get_candidates(company, kind)
        used_up = candidates._get_used_up()
        guess = self.env["bti.operator"]._guess
        chosen = {}
        result = []
        for number, purpose in wishes:
            operator = guess(number)
            key = (operator.id, purpose)
            if key not in chosen:
                verdicts = candidates._judge(operator, purpose, used_up, exclude)
                best = min(verdicts, key=lambda verdict: verdict.weight, default=None)
                usable = best and best.weight < (NEVER if exclude is None else FIT + 1)
                chosen[key] = best.channel if usable else self.browse()
            result.append(chosen[key])
        return result

    @api.model
    def _find_channel(self, company, kind="sms", number="", purpose="transactional"):
        """The channel that would carry one message now, by the choice of :meth:`_choose_channels`.

        :param str number: of the recipient in E.164; empty when it is not known yet
        :return: an active channel, or none
        """
        [channel] = self._choose_channels(company, kind, [(number, purpose)])
        return channel.filtered(lambda choice: choice.state == "active")

    @api.model
    def _get_candidates(self, company, kind):
        """:return: the company's channels that are set up, active or paused, by their order"""
        # sudo: any user's action may send, the channels' values stay hidden from him
        return self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("kind", "=", kind)
            & Domain("state", "in", ("active", "paused"))
        )

    def _get_used_up(self):
        """Hook: for which of these channels there is no money left, so that another one is taken.

        :return: {(channel id, purpose)}
        :rtype: set[tuple[int, str]]
        """
        return set()

    def _judge(self, operator, purpose, used_up, exclude=None):
        """What is thought of each of these channels for one kind of message.

        :param bti.operator operator: of the recipient, as far as known
        :param str purpose: of the message
        :param set used_up: of :meth:`_get_used_up`
        :param bti.channel exclude: as in ``_choose_channels``
        :return: the verdicts, the preferred channel first
        :rtype: list[Verdict]
        """
        if not self:
            return []
        company = self.company_id
        classes = self._get_gateway_classes()
        real_before = False
        verdicts = []
        for channel in self:
            if exclude and channel in exclude:
                obstacle = "excluded"
            elif classes[channel.provider].trial and real_before:
                # a trial that steps in for a real channel would only pretend to send
                obstacle = "trial"
            elif channel.purposes not in ("both", purpose):
                obstacle = "purpose"
            elif channel.operator_ids and operator not in channel.operator_ids:
                obstacle = "operator"
            elif channel.state == "paused":
                obstacle = "paused"
            elif not channel._is_sending_allowed():
                obstacle = "problem"
            elif (channel.id, purpose) in used_up:
                obstacle = "budget"
            else:
                obstacle = ""
            real_before = real_before or not classes[channel.provider].trial
            verdicts.append(Verdict(channel, obstacle, channel._get_cost_per_part(operator)))
        if company.messaging_choice == "cost":
            verdicts.sort(key=lambda verdict: verdict.cost_per_part)
        return verdicts

    @api.model
    def _get_obstacle_texts(self):
        """:return: why a channel is not taken, in words
        :rtype: dict[str, str]
        """
        return {
            "": self.env._("It can carry the message."),
            "problem": self.env._("It cannot send at the moment."),
            "budget": self.env._("Its budget of this month is used up."),
            "paused": self.env._("It is paused."),
            "operator": self.env._("It is not meant for this operator."),
            "trial": self.env._("It is a trial: nothing would really be sent."),
            "purpose": self.env._("It does not carry messages of this purpose."),
            "excluded": self.env._("It is left out."),
        }

    # === BUSINESS METHODS: THE COUNTER BESIDE A TEXT === #

    @api.model
    @api.readonly
    def get_sms_price(self, number="", purpose="transactional"):
        """What the person who writes an SMS has to know; readable by every internal user.

        :param str number: of the recipient as typed; empty for many recipients
        :param str purpose: key of ``bti.message.purpose``
        :return: False when the company's SMS do not go through channels, else
            ``{"cost_per_part": float, "currency_id": int, "max_parts": int}`` of the channel that
            would carry the message, zeros without one
        :rtype: dict | bool
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees may do this."))
        company = self.env.company
        # sudo: the company's choice of a provider is among the settings
        if company.sudo().sms_provider != "bti":
            return False
        found = numbers.analyse(str(number or ""), company.country_id.code)
        e164 = found.e164 if found else ""
        [channel_sudo] = self._choose_channels(company, "sms", [(e164, purpose)])
        operator = self.env["bti.operator"]._guess(e164)
        return {
            "cost_per_part": channel_sudo._get_cost_per_part(operator),
            "currency_id": company.currency_id.id,
            "max_parts": channel_sudo.max_parts,
        }

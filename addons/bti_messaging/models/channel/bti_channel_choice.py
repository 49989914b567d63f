from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain

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
    """Through which channel a message goes."""

    _inherit = "bti.channel"

    # === FIELDS === #

    sequence = fields.Integer(
        help="Messages go through the first channel that can carry them, or the cheapest one, "
        "as the settings say.",
    )
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
    price_ids = fields.One2many("bti.channel.price", "channel_id", string="Prices")

    # === BUSINESS METHODS === #

    def _get_reply_number(self):
        """:return: the digits to which a recipient of marketing can answer, "" when he sees a name
        :rtype: str
        """
        self.ensure_one()
        sender = (self.marketing_external_id or self.external_id or "").lstrip("+")
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
        spent_up = self.env["bti.budget"]._get_used_up_channels(candidates)
        guess = self.env["bti.operator"]._guess
        chosen = {}
        result = []
        for number, purpose in wishes:
            operator = guess(number)
            key = (operator.id, purpose)
            if key not in chosen:
                verdicts = candidates._judge(operator, purpose, spent_up, exclude)
                best = min(verdicts, key=lambda verdict: verdict.weight, default=None)
                usable = best and best.weight < (NEVER if exclude is None else FIT + 1)
                chosen[key] = best.channel if usable else self.browse()
            result.append(chosen[key])
        return result

    @api.model
    def _get_candidates(self, company, kind):
        """:return: the company's channels that are set up, active or paused, by their order"""
        # sudo: any user's action may send, the channels' values stay hidden from him
        return self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("kind", "=", kind)
            & Domain("state", "in", ("active", "paused"))
        )

    def _judge(self, operator, purpose, spent_up, exclude=None):
        """What is thought of each of these channels for one kind of message.

        :param bti.operator operator: of the recipient, as far as known
        :param str purpose: of the message
        :param set spent_up: (channel id, purpose) whose own budget is used up
        :param bti.channel exclude: as in ``_choose_channels``
        :return: the verdicts, the preferred channel first
        :rtype: list[Verdict]
        """
        if not self:
            return []
        company = self.company_id
        today = company._bti_today()
        classes = self._get_gateway_classes()
        real_before = False
        Price = self.env["bti.channel.price"].sudo()
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
            elif (channel.id, purpose) in spent_up:
                obstacle = "budget"
            else:
                obstacle = ""
            real_before = real_before or not classes[channel.provider].trial
            verdicts.append(
                Verdict(channel, obstacle, Price._get_cost_per_part(channel, operator, today))
            )
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

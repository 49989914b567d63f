from dataclasses import dataclass
from datetime import datetime

from odoo import api, fields, models

from ...const import PURPOSE_TO_TRAFFIC
from ...gateways.sms import sms_text
from ..channel.choice import FIT, NEVER

# All ways to a client, in the order in which those of the same price are taken.
KINDS = ("messenger", "viber", "whatsapp", "sms", "email")
# Ways that are taken only when the others are none, whatever they cost.
LAST = {"email": 1}
# A client who refuses is not called either.
REFUSED = "refused"


@dataclass(frozen=True)
class Wish:
    """What is to be told to whom.

    :param models.Model record: the document
    :param models.Model company: the sender
    :param models.Model partner: the client, may be empty
    :param str number: his mobile number in E.164, or empty
    :param str purpose: one of ``PURPOSES``
    :param str text: as it is written in an SMS, in his language
    :param models.Model template: the text of the SMS; may be empty
    :param datetime | None at: when it goes; None: now
    :param frozenset tried: kinds of ways that have failed already
    """

    record: models.Model
    company: models.Model
    partner: models.Model
    number: str
    purpose: str
    text: str
    template: models.Model
    at: datetime | None = None
    tried: frozenset = frozenset()

    @property
    def traffic(self):
        """What channels, budgets and quiet hours know of the purpose."""
        return PURPOSE_TO_TRAFFIC.get(self.purpose, "transactional")


@dataclass(frozen=True)
class Way:
    """One way to a client, and what is thought of it.

    :param str kind: one of ``KINDS``
    :param models.Model channel: that would carry it; empty for e-mail
    :param models.Model identity: as whom a network knows him; may be empty
    :param float | None cost: None: nobody knows
    :param str obstacle: what is in its way: a code, "" when nothing is
    :param str reason: the obstacle, or what allows it, in words
    :param bool waits: it would be carried, but not now
    :param bool trial: nothing would really be sent
    :param models.Model approved: the approved text that says it; empty: free text
    """

    kind: str
    channel: models.Model = None
    identity: models.Model = None
    cost: float | None = None
    obstacle: str = ""
    reason: str = ""
    waits: bool = False
    trial: bool = False
    approved: models.Model = None

    @property
    def weight(self):
        """The lowest is taken: networks and SMS before e-mail, now before later, known before
        unknown costs, then the cheapest. A trial costs nothing and is worth as much."""
        unknown = self.cost is None
        return (
            self.trial,
            LAST.get(self.kind, 0),
            self.waits,
            unknown,
            0.0 if unknown else self.cost,
            KINDS.index(self.kind),
        )


class BtiChannel(models.Model):
    """The ways on which something can be told to a client."""

    _inherit = "bti.channel"

    # === BUSINESS METHODS === #

    @api.model
    def _find_ways(self, wish):
        """All ways to a client, with what is thought of each.

        :param Wish wish: what is to be told to whom
        :return: one for each kind that comes into question, the best first, then the impossible
        :rtype: list[Way]
        """
        ways = self._find_network_ways(wish)
        ways.append(self._find_sms_way(wish))
        if wish.partner and (
            wish.company.notify_by_email or wish.partner.preferred_channel == "email"
        ):
            ways.append(self._find_email_way(wish))
        ways = [way for way in ways if way.kind not in wish.tried]
        return sorted(ways, key=lambda way: (bool(way.obstacle), way.weight))

    @api.model
    def _choose_way(self, wish, ways):
        """:param list[Way] ways: of :meth:`_find_ways`
        :return: the one that the client prefers, else the cheapest; None when there is none, or
            when he wants to be called
        :rtype: Way | None
        """
        possible = [way for way in ways if not way.obstacle]
        preferred = wish.partner.preferred_channel
        if preferred == "phone":
            return None
        liked = (way for way in possible if way.kind == preferred)
        return next(liked, possible[0] if possible else None)

    # === BUSINESS METHODS: NETWORKS === #

    def _find_network_ways(self, wish):
        people = wish.partner._bti_get_people(wish.company)
        if wish.number:
            people |= self._find_people_of_number(wish)
        ways = []
        for kind in self._get_connected_kinds(wish.company.id):
            own = people.filtered(lambda person, kind=kind: person._get_network()[0] == kind)
            candidates = self._get_candidates(wish.company, kind)
            used_up = candidates._get_used_up()
            verdicts = candidates._judge(self.env["bti.operator"], wish.traffic, used_up)
            person = own[:1]
            if scope := person and person._get_network()[1]:
                verdicts = [way for way in verdicts if way.channel.external_id == scope]
            verdict = min(verdicts, key=lambda verdict: verdict.weight, default=None)
            if verdict and (person or kind == "whatsapp"):
                ways.append(self._judge_network(wish, kind, verdict, person))
        return ways

    @api.model
    def _find_people_of_number(self, wish):
        """Only WhatsApp names people by their numbers."""
        # sudo: as whom a network knows the client, whoever writes to him
        Identity = self.env["bti.identity"].sudo()
        found = Identity.search(
            [
                ("company_id", "=", wish.company.id),
                ("kind", "=", "wa_id"),
                ("external_id", "=", wish.number.lstrip("+")),
            ],
            limit=1,
        )
        return found and found._get_main()

    def _judge_network(self, wish, kind, verdict, person):
        """:param Verdict verdict: on the channel
        :param bti.identity person: as whom the network knows the client, may be empty
        :rtype: Way
        """
        channel = verdict.channel
        way = {"kind": kind, "channel": channel, "identity": person}
        if verdict.weight != FIT:
            texts = self._get_obstacle_texts()
            return Way(**way, obstacle=verdict.obstacle, reason=texts[verdict.obstacle])
        if self._is_refused_on(wish, kind, person):
            return Way(**way, obstacle=REFUSED, reason=self.env._("He does not want it there."))
        Discuss = self.env["discuss.channel"]
        conversation = person and Discuss._bti_find_conversation(channel, person)
        if conversation and conversation.bti_is_held:
            return Way(
                **way,
                obstacle="held",
                reason=self.env._("Another program answers him there for now."),
            )
        at = self._get_moment(wish)
        until = person and self._get_window_end(channel, person, conversation)
        if person and (until is None or until > at):
            return self._judge_free_text(wish, way, until)
        return self._judge_approved_text(wish, way)

    def _judge_free_text(self, wish, way, until):
        channel, person = way["channel"], way["identity"]
        longest = channel._get_capability().text_length
        if longest and len(wish.text) > longest:
            return Way(**way, obstacle="long", reason=self.env._("The text is too long for it."))
        reason = self.env._("He may be written to at any time.")
        if until:
            when = self.env["bti.quiet.period"]._format_until(wish.company, until)
            reason = self.env._("He has written lately: open until %(time)s.", time=when)
        cost = self._get_way_cost(wish, channel, person, "service")
        return Way(**way, cost=cost, reason=reason)

    def _judge_approved_text(self, wish, way):
        channel, person = way["channel"], way["identity"]
        if way["kind"] != "whatsapp":
            reason = self.env._("It is too long since he last wrote.")
            return Way(**way, obstacle="window", reason=reason)
        if not person and not self._has_agreed(wish, way["kind"]):
            reason = self.env._("He has neither written there nor agreed to it.")
            return Way(**way, obstacle="stranger", reason=reason)
        approved = self._find_approved_text(wish, channel)
        if not approved:
            reason = self.env._("It is too long since he last wrote, and no approved text says it.")
            return Way(**way, obstacle="window", reason=reason)
        cost = self._get_way_cost(wish, channel, person, approved.category)
        reason = self.env._("Approved text %(name)s.", name=approved.display_name)
        return Way(**way, cost=cost, reason=reason, approved=approved)

    @api.model
    def _find_approved_text(self, wish, channel):
        """:return: the approved text that says on WhatsApp what the SMS says, or none
        :rtype: bti.template
        """
        return self.env["bti.template"]._find_for(
            wish.record, wish.template, wish.traffic, wish.partner.lang or None, channel
        )

    # === BUSINESS METHODS: SMS AND E-MAIL === #

    def _find_sms_way(self, wish):
        if not wish.number:
            reason = self.env._("No mobile number is known.")
            return Way("sms", obstacle="number", reason=reason)
        Consent = self.env["bti.consent"].sudo()  # sudo: the log belongs to the system
        if Consent._get_refused(wish.company, "sms", [wish.number], wish.purpose):
            reason = self.env._("He does not want it there.")
            return Way("sms", obstacle=REFUSED, reason=reason)
        if wish.company.sudo().sms_provider != "bti":  # sudo: who carries the company's SMS
            return Way("sms", channel=self.browse(), reason=self.env._("By Odoo's own provider."))
        operator = self.env["bti.operator"]._guess(wish.number)
        candidates = self._get_candidates(wish.company, "sms")
        verdicts = candidates._judge(operator, wish.traffic, candidates._get_used_up())
        best = min(verdicts, key=lambda verdict: verdict.weight, default=None)
        if best is None or best.weight >= NEVER:
            reason = self.env._("No channel may carry this message: it would fail.")
            return Way("sms", obstacle="channel", reason=reason)
        parts = sms_text.sms_parts(wish.text).parts
        trial = self._get_gateway_classes()[best.channel.provider].trial
        return Way(
            "sms",
            channel=best.channel,
            cost=parts * best.cost_per_part,
            reason=self._get_obstacle_texts()[best.obstacle or (trial and "trial") or ""],
            waits=best.weight != FIT,
            trial=trial,
        )

    def _find_email_way(self, wish):
        if wish.traffic == "marketing":
            reason = self.env._("Offers go by mailings, with a link to refuse them.")
            return Way("email", obstacle="purpose", reason=reason)
        address = wish.partner.email_normalized
        if not address:
            return Way("email", obstacle="address", reason=self.env._("No address is known."))
        Consent = self.env["bti.consent"].sudo()  # sudo: the log belongs to the system
        if Consent._get_refused(wish.company, "email", [address], wish.purpose):
            reason = self.env._("He does not want it there.")
            return Way("email", obstacle=REFUSED, reason=reason)
        return Way("email", cost=0.0, reason=self.env._("Costs nothing."))

    # === BUSINESS METHODS: WHAT IS ASKED OF A WAY === #

    def _is_refused_on(self, wish, kind, person):
        addresses = person._get_consent_addresses() if person else [wish.number]
        people = {person or kind: [address for address in addresses if address]}
        return bool(self.env["bti.consent"]._get_refusing(wish.company, kind, people, wish.purpose))

    def _has_agreed(self, wish, kind):
        """Whoever has never written on a network is written to there only when he has agreed."""
        Consent = self.env["bti.consent"].sudo()  # sudo: the log belongs to the system
        states = Consent._get_facts(wish.company, kind, [wish.number], wish.purpose)
        return states.get(wish.number) == "given"

    def _get_way_cost(self, wish, channel, person, category):
        number = (person and (person._get_number() or person.external_id)) or wish.number
        country = self.env["bti.message"]._get_country({"number": number}, wish.company)
        return channel._get_message_cost(category, country)

    @api.model
    def _get_moment(self, wish):
        """:return: when the message would go, quiet hours included
        :rtype: datetime
        """
        at = max(wish.at or fields.Datetime.now(), fields.Datetime.now())
        Quiet = self.env["bti.quiet.period"]
        return Quiet._get_quiet_until(wish.company, wish.traffic, at) or at

    @api.model
    def _get_window_end(self, channel, person, conversation):
        """:return: until when anything may be written to a person: None for ever, the past when
            he has never written
        :rtype: datetime | None
        """
        window = channel._get_capability().window
        if not window:
            return None
        # sudo: when the client last wrote, whoever tells him something
        draft = (
            self.env["bti.message"]
            .sudo()
            .new(
                {
                    "channel_id": channel.id,
                    "identity_id": person.id,
                    "conversation_id": conversation.id if conversation else False,
                }
            )
        )
        heard = draft._get_last_heard(window)
        return heard + window if heard else datetime.min

from markupsafe import Markup, escape

from odoo import fields, models
from odoo.fields import Domain


class BtiEvent(models.Model):
    """What networks tell beside messages: buttons, links, new numbers, who holds a conversation."""

    _inherit = "bti.event"

    # === ROUTES === #

    def _route_postback(self):
        """Hook: the client touched a button: shown as his words, it lets us write to him."""
        return self._receive_events(self, self.body or self._get_content().text)

    def _is_button(self):
        """Whether the client touched one of our buttons instead of writing."""
        self.ensure_one()
        return self.kind == "postback" or bool((self.content or {}).get("choices"))

    def _route_referral(self):
        """Hook: the client came by an advert or a link, without a word: told to the agents when a
        conversation runs, and to the next one when none does."""
        person = self._get_person()
        if not person:
            return False
        person._note_referral(self._get_detail("referral", {}), self.occurred_at)
        conversation = self.env["discuss.channel"]._bti_find_conversation(self.channel_id, person)
        if conversation:
            conversation._bti_reopen_window(self.occurred_at)
            conversation._bti_in_company_lang()._bti_tell_referral()
        return True

    def _route_address(self):
        """Hook: the network knows the person by another number or id from now on."""
        person = self._get_person()
        if not person:
            return False
        for former in (self.payload or {}).get("former") or []:
            known = person.search(
                Domain("company_id", "=", self.company_id.id)
                & Domain("kind", "=", former["kind"])
                & Domain("scope", "in", [former.get("scope") or False])
                & Domain("external_id", "=", former["value"]),
                limit=1,
            )
            if known:
                person._supersede(known)
        return True

    def _route_control(self):
        """Hook: another program holds the conversation, or we do again."""
        person = self._get_person()
        conversation = person and self.env["discuss.channel"]._bti_find_conversation(
            self.channel_id, person
        )
        if conversation:
            conversation._bti_set_held(self.status == "given")
        return True

    def _route_template(self):
        """Hook: an approved text changed its state; upper rooms keep the texts."""
        return True

    def _route_account(self):
        """Hook: something about the account that its administrators should read."""
        readers = self.channel_id._for_readers()
        note = Markup("<p>%s</p><pre>%s</pre>") % (
            readers.env._("The network tells about this account:"),
            self.detail or self.body or str(self.payload or ""),
        )
        readers._message_log(body=note)
        return True

    # === BUSINESS METHODS === #

    def _prepare_message_vals(self):
        vals = super()._prepare_message_vals()
        if self._is_button():
            vals["is_button"] = True
        if self.addresses and (referral := self._get_detail("referral", {})):
            self._get_person()._note_referral(referral, self.occurred_at)
        return vals


class BtiMessage(models.Model):
    """A message that is a touch on one of our buttons."""

    _inherit = "bti.message"

    is_button = fields.Boolean(
        string="Button",
        readonly=True,
        copy=False,
        help="The client touched one of our buttons: the words are ours.",
    )


class BtiIdentity(models.Model):
    """Where a person came from."""

    _inherit = "bti.identity"

    # === FIELDS === #

    referral = fields.Json(
        readonly=True, help="The advert, link or code by which this person last came."
    )
    referral_date = fields.Datetime(string="Came On", readonly=True)

    # === BUSINESS METHODS === #

    def _note_referral(self, referral, date):
        """:param dict referral: as of ``gateways.content.Referral``
        :param datetime date: when
        """
        self.ensure_one()
        if referral and not (self.referral_date and self.referral_date > date):
            self.write({"referral": referral, "referral_date": date})

    def _get_referral_text(self):
        """:return: where this person came from, for people; "" when nobody knows
        :rtype: str
        """
        self.ensure_one()
        referral = self.referral or {}
        words = [referral.get(name) for name in ("title", "ref", "text", "url")]
        return " · ".join(filter(None, words[:3])) or referral.get("url", "")


class DiscussChannel(models.Model):
    """What agents are told about where a person came from."""

    _inherit = "discuss.channel"

    # === BUSINESS METHODS === #

    def _bti_get_facts(self):
        facts = super()._bti_get_facts()
        if text := self.bti_identity_id._get_referral_text():
            facts.append(escape(self.env._("Came by: %(origin)s", origin=text)))
        return facts

    def _bti_tell_referral(self):
        """Tell the agents of a running conversation by what link the client came back."""
        self.ensure_one()
        if text := self.bti_identity_id._get_referral_text():
            self._bti_note(escape(self.env._("Came by: %(origin)s", origin=text)))

from markupsafe import escape

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...const import PURPOSE_TO_TRAFFIC, REFUSABLE
from ...tools.readers import language_of
from .ways import REFUSED, Wish


class MailThread(models.AbstractModel):
    """The client of a document is told something by the cheapest way that he accepts."""

    _inherit = "mail.thread"

    # === BUSINESS METHODS: THE CHOICE === #

    def _bti_tell(self, template, body, partner, purpose, channel):
        """A company with SMS only, and whoever names the channel, has no choice."""
        if channel or not self._bti_has_choice(partner):
            return super()._bti_tell(template, body, partner, purpose, channel)
        return self._bti_tell_somehow(self._bti_get_wish(template, body, partner, purpose))

    def _bti_has_choice(self, partner):
        company = self.env.company
        # sudo: a setting of the company, whoever's doing it is that tells the client
        return bool(
            self.env["bti.channel"]._get_connected_kinds(company.id)
            or company.sudo().notify_by_email
            or partner.preferred_channel in ("email", "phone")
        )

    def _bti_get_wish(self, template, body, partner, purpose, tried=frozenset()):
        """:return: what is to be told to the client of this document
        :rtype: Wish
        """
        return Wish(
            record=self,
            company=self.env.company,
            partner=partner,
            number=self._bti_notify_number() or "",
            purpose=purpose,
            text=body,
            template=template,
            at=self.env.context.get("bti_release_at"),
            tried=tried,
        )

    def _bti_tell_somehow(self, wish):
        """Take the best way; where it turns out to be none, the next one.

        :param Wish wish: what is to be told
        :return: what was posted in the chatter
        :rtype: mail.message
        """
        self = self.with_context(lang=self._bti_get_reader_lang())
        ways = self.env["bti.channel"]._find_ways(wish)
        while way := self.env["bti.channel"]._choose_way(wish, ways):
            posted = self._bti_take_way(wish, way, ways)
            if posted:
                return posted
            ways = [other for other in ways if other is not way]
        if wish.partner.preferred_channel != "phone" and any(
            way.obstacle == REFUSED for way in ways
        ):
            self._message_log(body=self.env._("Not told: the client does not want it."))
        else:
            reason = (
                self.env._("The client wants to be called:")
                if wish.partner.preferred_channel == "phone"
                else self.env._("No message could go to the client, who is to be called:")
            )
            self._bti_call_instead(reason, wish.text)
        return self.env["mail.message"]

    def _bti_get_reader_lang(self):
        """:return: the language of who reads the notes: the sender, else the company"""
        user = self.env.user
        if user._is_internal() and not user._is_superuser():
            return language_of(self.env, user)
        # sudo: the language of the company, whoever's doing it is that tells the client
        return language_of(self.env, self.env.company.sudo())

    def _bti_take_way(self, wish, way, ways):
        """:param Way way: the one that is taken
        :param list[Way] ways: all that were thought of
        :return: what was posted in the chatter; none when it did not work
        :rtype: mail.message
        """
        if way.kind == "email":
            return self._bti_post_email(wish, way, ways)
        if way.kind != "sms":
            return self._bti_post_on_network(wish, way, ways)
        posted = self._bti_tell_by_sms(wish.template, wish.text, wish.partner, wish.purpose, None)
        if posted and any(other.kind not in ("sms", "email") for other in ways):
            self._message_log(body=self._bti_explain_way(wish, way, ways))
        return posted

    # === BUSINESS METHODS: THE WAYS === #

    def _bti_post_on_network(self, wish, way, ways):
        """Write the message into the outbox and a note on the document, which says what became
        of it. Nothing is sent here."""
        vals = self._bti_prepare_network_vals(wish, way)
        if vals is None:
            return self.env["mail.message"]
        # sudo: the queue belongs to the system, whoever tells the client
        message = self.env["bti.message"].sudo().create(vals)
        if message.state == "failed":
            return self.env["mail.message"]
        notice = self._message_log(body=escape(wish.text))
        message.write(
            {
                "notice_id": notice.id,
                "way_reason": self._bti_explain_way(wish, way, ways, plain=True),
                "notify_values": {
                    "purpose": wish.purpose,
                    "template": wish.template.id,
                    "tried": [*sorted(wish.tried), way.kind],
                },
            }
        )
        message._update_notices()
        if message.conversation_id:
            message.conversation_id._bti_note(
                escape(self.env._("Sent automatically: %(text)s", text=message.body))
            )
        return notice

    def _bti_prepare_network_vals(self, wish, way):
        """:return: values of the message; None when the approved text has no value for a gap
        :rtype: dict | None
        """
        person = way.identity
        conversation = person and self.env["discuss.channel"]._bti_find_conversation(
            way.channel, person
        )
        context = self.env.context
        vals = {
            "channel_id": way.channel.id,
            "company_id": wish.company.id,
            "number": (person and (person._get_number() or person.external_id)) or wish.number,
            "partner_id": wish.partner.id,
            "identity_id": person.id if person else False,
            "conversation_id": conversation.id if conversation else False,
            "body": wish.text,
            "purpose": PURPOSE_TO_TRAFFIC.get(wish.purpose, "transactional"),
            "refusable_as": wish.purpose in dict(REFUSABLE) and wish.purpose,
            "is_pinned": True,
            "res_model": self._name,
            "res_id": self.id,
            "expires_at": wish.template._bti_get_expiry(context.get("bti_release_at")),
        }
        if release_at := context.get("bti_release_at"):
            vals.update(release_at=release_at, next_try_at=release_at)
        if way.approved:
            try:
                # without the rights of the automation, like the text of the SMS
                vals.update(way.approved._prepare_message_vals(self.sudo(False)))
            except UserError as error:
                self._message_log(body=plaintext2html(str(error)))
                return None
        return vals

    def _bti_post_email(self, wish, way, ways):
        """Post the text for the client alone; the e-mail waits in Odoo's queue."""
        self._message_log(body=self._bti_explain_way(wish, way, ways))
        return self.with_context(mail_notify_force_send=False).message_post(
            body=plaintext2html(wish.text),
            subject=wish.template.name or self.display_name,
            partner_ids=wish.partner.ids,
            subtype_xmlid="mail.mt_note",
            message_type="comment",
        )

    # === BUSINESS METHODS: WORDS === #

    def _bti_explain_way(self, wish, way, ways, plain=False):
        """:param Way way: the one that is taken
        :param list[Way] ways: all that were thought of
        :param bool plain: as text, not as HTML
        :return: why this one, and why none of the others
        :rtype: str | Markup
        """
        lines = [self._bti_describe_choice(wish, way)]
        lines += [self._bti_describe_way(wish, other) for other in ways if other.kind != way.kind]
        text = "\n".join(lines)
        return text if plain else plaintext2html(text)

    def _bti_describe_choice(self, wish, way):
        described = self._bti_describe_way(wish, way)
        if wish.partner.preferred_channel == way.kind:
            return self.env._("The client prefers it. %(way)s", way=described)
        return self.env._("The cheapest way. %(way)s", way=described)

    def _bti_describe_way(self, wish, way):
        """:return: one way in words
        :rtype: str
        """
        kinds = dict(self.env["bti.consent"]._fields["kind"]._description_selection(self.env))
        price = ""
        if not way.obstacle and way.cost is None:
            price = self.env._("price unknown")
        elif not way.obstacle:
            price = wish.company.currency_id.format(way.cost) if way.cost else self.env._("free")
        words = " ".join(filter(None, (way.reason, price and f"({price})")))
        return self.env._("%(network)s: %(reason)s", network=kinds[way.kind], reason=words)

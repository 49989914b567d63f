"""What people do on WhatsApp, and what the network tells of it."""

from ..clock import seconds
from .errors import GraphError
from .files import WHATSAPP_LINK_LIVES
from .whatsapp_media import THEIRS_LIVES, digest, keep_media

RANKS = ("accepted", "sent", "delivered", "read", "played")


class WhatsappPeople:
    """Part of the stand-in: each method plays one action of a person."""

    def tell_whatsapp(self, number, topic, values):
        """Something happened at a number; ``topic`` is the field of the change."""
        metadata = {"display_phone_number": number.digits, "phone_number_id": number.id}
        value = {"messaging_product": "whatsapp", "metadata": metadata, **values}
        self.mailbox.tell_waba(number.waba, topic, value)

    # --- messages ---------------------------------------------------------------------------------
    def whatsapp(self, contact, kind, content, **values):
        """He sends a message of any kind.

        :param content: what stands under the name of the kind; None: nothing
        :param values: more of the message: context, referral, group_id, errors
        :return: the wamid
        """
        wamid = self.next_wamid()
        message = {"id": wamid, "timestamp": str(seconds(self.now)), "type": kind, **values}
        if content is not None:
            message[kind] = content
        person = {"profile": {"name": contact.name}, "user_id": contact.user_id}
        if contact.wa_id:
            message["from"] = person["wa_id"] = contact.wa_id
        if contact.username:
            person["profile"]["username"] = contact.username
        message["from_user_id"] = contact.user_id
        contact.last_inbound = self.now
        number = contact.number
        number.messages[wamid] = {
            "id": wamid,
            "type": kind,
            "content": content,
            "text": _words(kind, content),
            "contact": contact,
            "out": False,
            "status": "received",
            "at": self.now,
        }
        values = {"contacts": [person], "messages": [message]}
        if contact.agent_holds:
            self.tell_whatsapp(number, "standby", {"standby": values})
        else:
            self.tell_whatsapp(number, "messages", values)
        return wamid

    def whatsapp_text(self, contact, body, quote="", **values):
        """He writes; ``quote``: wamid of the message that he answers."""
        if quote:
            values["context"] = {"from": contact.number.digits, "id": quote}
        return self.whatsapp(contact, "text", {"body": body}, **values)

    def whatsapp_file(self, contact, kind, content, mimetype, with_url=True, **values):
        """He sends a file; ``values``: caption, filename, voice, animated."""
        media = keep_media(self, contact.number, content, mimetype, lives=THEIRS_LIVES)
        described = {"mime_type": mimetype, "sha256": digest(content), "id": media.id, **values}
        if with_url:
            described["url"] = self.files.link(f"whatsapp/{media.id}", WHATSAPP_LINK_LIVES)
        return self.whatsapp(contact, kind, described)

    def whatsapp_press(self, contact, payload, title, quote):
        """He touches a button of a message of ours: a template's, or an interactive one's."""
        context = {"from": contact.number.digits, "id": quote}
        ours = contact.number.messages.get(quote, {"type": "interactive"})
        if ours["type"] == "template":
            content = {"payload": payload, "text": title}
            return self.whatsapp(contact, "button", content, context=context)
        reply = {"type": "button_reply", "button_reply": {"id": payload, "title": title}}
        return self.whatsapp(contact, "interactive", reply, context=context)

    def whatsapp_react(self, contact, wamid, emoji="👍"):
        """He reacts; an empty emoji takes it back."""
        values = {"message_id": wamid, **({"emoji": emoji} if emoji else {})}
        return self.whatsapp(contact, "reaction", values)

    def whatsapp_edit(self, contact, wamid, body):
        """He changes what he wrote."""
        changed = {"type": "text", "text": {"body": body}}
        return self.whatsapp(contact, "edit", {"original_message_id": wamid, "message": changed})

    def whatsapp_revoke(self, contact, wamid):
        """He takes back what he wrote."""
        return self.whatsapp(contact, "revoke", {"original_message_id": wamid})

    def change_number(self, contact, wa_id, user_id):
        """He has a new phone number: told without ``contacts``."""
        former = contact.wa_id, contact.user_id
        contact.wa_id, contact.user_id = wa_id, user_id
        for key in (wa_id, user_id):
            contact.number.contacts[key] = contact
        system = {
            "type": "user_changed_number",
            "body": f"{contact.name} changed from {former[0]} to {wa_id}",
            "wa_id": wa_id,
            "user_id": user_id,
            "previous_user_id": former[1],
        }
        message = {
            "id": self.next_wamid(),
            "from": former[0],
            "from_user_id": former[1],
            "timestamp": str(seconds(self.now)),
            "type": "system",
            "system": system,
        }
        self.tell_whatsapp(contact.number, "messages", {"messages": [message]})

    def stop_marketing(self, contact, stop=True):
        """He forbids, or allows again, marketing."""
        contact.no_marketing = stop
        preference = {
            "wa_id": contact.wa_id,
            "user_id": contact.user_id,
            "detail": "User requested to stop marketing messages",
            "category": "marketing_messages",
            "value": "stop" if stop else "resume",
            "timestamp": seconds(self.now),
        }
        self.tell_whatsapp(contact.number, "user_preferences", {"user_preferences": [preference]})

    # --- statuses ---------------------------------------------------------------------------------
    def report(self, message, status):
        """Tell a status of a message of ours, whether it fits or not.

        :param dict message: of ``sent``
        """
        status_values = {
            "id": message["id"],
            "status": status,
            "timestamp": str(seconds(self.now)),
            "recipient_id": message["to"],
            "pricing": self._pricing(message),
        }
        contact = message["contact"]
        if contact:
            status_values["recipient_id"] = contact.wa_id
            status_values["recipient_user_id"] = contact.user_id
        if message["opaque"]:
            status_values["biz_opaque_callback_data"] = message["opaque"]
        if not status_values["recipient_id"]:
            del status_values["recipient_id"]
        if status in RANKS and RANKS.index(status) > RANKS.index(message["status"]):
            message["status"] = status
        number = self.nodes[message["number"]]
        self.tell_whatsapp(number, "messages", {"statuses": [status_values]})
        return status_values

    def _pricing(self, message):
        number = self.nodes[message["number"]]
        free = message.setdefault("free", False)
        if message["category"] == "service" and "counted" not in message:
            message["counted"] = True
            free = message["free"] = number.free_messages > 0
            number.free_messages -= 1
        return {
            "billable": not free,
            "pricing_model": "PMP",
            "type": "free_customer_service" if free else "regular",
            "category": message["category"],
        }

    def fail_message(self, message, code):
        """Tell that a message of ours failed, with a code of the table."""
        values = self.report(message, "failed")
        del values["pricing"]
        values["errors"] = [GraphError(code).status_error()]
        message["failed"] = code

    def read_whatsapp(self, contact):
        """He reads all that has arrived."""
        for message in contact.number.messages.values():
            if message["out"] and message["contact"] is contact and "failed" not in message:
                if message["status"] in ("accepted", "sent", "delivered"):
                    self.report(message, "read")

    # --- others who write -------------------------------------------------------------------------
    def write_on_phone(self, contact, body, quote=""):
        """The office writes with the phone app on a shared number.

        :return: the wamid
        """
        wamid = self.next_wamid()
        echo = {
            "from": contact.number.digits,
            "to": contact.wa_id or contact.user_id,
            "id": wamid,
            "timestamp": str(seconds(self.now)),
            "type": "text",
            "text": {"body": body},
        }
        if quote:
            echo["context"] = {"id": quote}
        contact.number.messages[wamid] = {
            "id": wamid, "type": "text", "content": {"body": body}, "text": body,
            "contact": contact, "out": True, "status": "sent", "at": self.now, "opaque": "",
            "number": contact.number.id, "to": contact.wa_id, "category": "service",
        }  # fmt: skip
        self.tell_whatsapp(contact.number, "smb_message_echoes", {"message_echoes": [echo]})
        return wamid

    def answer_as_agent(self, contact, body):
        """Meta's agent answers while it holds the conversation.

        :return: the wamid
        """
        wamid = self.next_wamid()
        message = {"to": contact.wa_id, "type": "text", "text": {"body": body}}
        echo = {"id": wamid, "timestamp": str(seconds(self.now)), "message": message}
        self.tell_whatsapp(contact.number, "standby", {"standby": {"message_echoes": [echo]}})
        return wamid

    def hand_over_whatsapp(self, contact, to_agent):
        """Meta's agent takes the conversation, or gives it back: told without ``metadata``."""
        contact.agent_holds = to_agent
        number, roles = contact.number, ("escalation", "ai_agent")
        passed = {
            "metadata": "",
            "previous_owner_app_id": self.app.id,
            "previous_owner_app_role": "business_app" if to_agent else "meta_business_agent",
            "previous_owner_role": roles[not to_agent],
            "new_owner_role": roles[to_agent],
        }
        value = {
            "messaging_product": "whatsapp",
            "recipient": {
                "display_phone_number": number.digits,
                "phone_number_id": number.id,
            },
            "sender": {"phone_number": contact.wa_id},
            "timestamp": str(seconds(self.now)),
            "type": "control_passed",
            "control_passed": passed,
        }
        self.mailbox.tell_waba(number.waba, "messaging_handovers", value)


def _words(kind, content):
    if kind == "text":
        return content["body"]
    if not isinstance(content, dict):
        return f"[{kind}]"
    return content.get("caption") or content.get("name") or f"[{kind}]"

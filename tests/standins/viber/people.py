"""What people do on Viber, and what the network tells of it."""

import base64


class ViberPeople:
    """Part of the stand-in: each method plays one action of a person."""

    def add_user(self, name="Lamia Cherif", user_id="", **values):
        """Somebody who has not written yet.

        :rtype: ViberUser
        """
        from .standin import ViberUser

        raw = f"\x7f\x7d\x6f\xfc{self.next_token()}".encode("latin-1")
        user = ViberUser(user_id or base64.b64encode(raw).decode(), name, **values)
        self.users[user.id] = user
        return user

    def describe(self, user):
        """:return: a person as events tell him"""
        values = {
            "id": user.id,
            "name": user.name if self.send_name else "Subscriber",
            "avatar": f"{self.url}/cdn/avatar.jpg",
            "language": user.language,
            "country": user.country,
            "api_version": user.api_version,
        }
        if not self.send_photo:
            del values["avatar"]
        return values

    def say(self, user, text="", kind="text", **values):
        """He sends a message of any kind; that subscribes him.

        :param values: more of ``message``: media, location, contact, sticker_id, file_name
        :return: the message token
        """
        token = self.next_token()
        message = {"type": kind, **({"text": text} if text else {}), **values}
        if user.tracking_data:
            message["tracking_data"] = user.tracking_data
        user.subscribed = True
        user.last_inbound = self.now
        user.unanswered.clear()
        user.messages.append(
            {"id": str(token), "out": False, "at": self.now, "text": text, "type": kind,
             "media": values.get("media", ""), "status": "received"}
        )  # fmt: skip
        sender = {"message_token": token, "sender": self.describe(user)}
        self.mailbox.tell("message", {**sender, "message": message, "silent": False})
        return token

    def send_file(self, user, kind, content, mimetype, name, text=""):
        """He sends a picture, video or file; its address is good for about an hour."""
        values = {"media": self.put_file(name, content, mimetype)}
        if kind == "picture":
            values["thumbnail"] = values["media"]
        else:
            values |= {"size": len(content), "file_name": name}
        return self.say(user, text, kind, **values)

    def open_chat(self, user, context=""):
        """He opens the chat, nothing is said."""
        values = {"message_token": self.next_token(), "type": "open"}
        if context:
            values["context"] = context
        self.mailbox.tell(
            "conversation_started",
            {**values, "user": self.describe(user), "subscribed": user.subscribed},
        )

    def subscribe(self, user):
        """He subscribes without a word."""
        user.subscribed = True
        self.mailbox.tell(
            "subscribed", {"message_token": self.next_token(), "user": self.describe(user)}
        )

    def unsubscribe(self, user):
        """He wants nothing more."""
        user.subscribed = False
        user.last_inbound = None
        self.mailbox.tell("unsubscribed", {"message_token": self.next_token(), "user_id": user.id})

    def report(self, user, token, status, desc=""):
        """Tell "delivered", "seen" or "failed" of a message of ours."""
        for message in user.messages:
            if message["id"] == str(token):
                message["status"] = status
        values = {"message_token": int(token), "user_id": user.id}
        if status == "failed":
            values["desc"] = desc or "failure description"
        self.mailbox.tell(status, values)

    def see(self, user):
        """He sees all that has arrived."""
        for message in user.messages:
            if message["out"] and message["status"] == "delivered":
                self.report(user, message["id"], "seen")

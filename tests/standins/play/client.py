"""The client that the newcomer plays: one person on all networks, and what he can do."""

from ..clock import milliseconds

NAME = "Amine Benkhaled"
PHONE = "+213550000101"
WHATSAPP = "213550000101"
VIDEO, PICTURE, OTHER = "video", "image", "file"


class Client:
    """One person: number, PSID, WhatsApp contact, Viber user, commenter.

    An answer to his comment in private arrives in his Messenger, as it does in reality.
    """

    def __init__(self, graph, viber, sms):
        self.graph, self.viber, self.sms = graph, viber, sms
        self.thread = graph.add_person(NAME, psid="6100000000000101")
        self.contact = graph.add_contact(NAME, WHATSAPP, user_id="DZ.11000000000000000101")
        self.visitor = graph.add_visitor(NAME, psids={graph.page.id: self.thread.psid})
        self.user = viber.add_user(NAME, user_id="fX1v/Bzr+Yk0ZmI4dHVyZQ==")

    def rename(self, name):
        """He calls himself otherwise from now on."""
        for one in (self.thread, self.contact, self.visitor, self.user):
            one.name = name

    # --- what he does -----------------------------------------------------------------------------
    def say(self, network, text, target=""):
        """He writes; below a post, or below the comment ``target``."""
        if network == "sms":
            self.sms.say(PHONE, text)
        elif network == "messenger":
            self.graph.say(self.thread, text)
        elif network == "whatsapp":
            self.graph.whatsapp_text(self.contact, text)
        elif network == "viber":
            self.viber.say(self.user, text)
        elif network == "page":
            node = self.graph.nodes[target]
            post, parent = getattr(node, "post", node), node if hasattr(node, "post") else None
            self.graph.comment(post, self.visitor, text, parent)

    def send_file(self, network, content, mimetype, name):
        """He sends a picture, a video or another file."""
        main = (mimetype or "application/octet-stream").partition("/")[0]
        kind = main if main in (VIDEO, PICTURE) else OTHER
        if network == "messenger":
            self.graph.say(self.thread, attachments=[(kind, content, mimetype)])
        elif network == "whatsapp":
            kind = "document" if kind == OTHER else kind
            values = {"filename": name} if kind == "document" else {}
            self.graph.whatsapp_file(self.contact, kind, content, mimetype, **values)
        elif network == "viber":
            kind = "picture" if kind == PICTURE else kind
            self.viber.send_file(self.user, kind, content, mimetype, name)

    def send_place(self, network, latitude, longitude, name):
        """He says where he is."""
        if network == "whatsapp":
            place = {"latitude": latitude, "longitude": longitude, "name": name}
            self.graph.whatsapp(self.contact, "location", place)
        elif network == "viber":
            self.viber.say(self.user, kind="location", location={"lat": latitude, "lon": longitude})

    def press(self, network, payload, title, message_id):
        """He touches an answer that the office proposed."""
        if network == "messenger":
            self.graph.say(self.thread, title, quick_reply={"payload": payload})
        elif network == "whatsapp":
            self.graph.whatsapp_press(self.contact, payload, title, message_id)

    def react(self, network, message_id):
        """He gives a heart."""
        if network == "messenger":
            self.graph.react(self.thread, message_id)
        elif network == "whatsapp":
            self.graph.whatsapp_react(self.contact, message_id, "❤")

    def read(self, network):
        """He has this network before his eyes."""
        if network == "messenger" and self._has_unread(self.thread):
            self.graph.read(self.thread)
        elif network == "whatsapp":
            self.graph.read_whatsapp(self.contact)
        elif network == "viber":
            self.viber.see(self.user)

    def _has_unread(self, thread):
        until = thread.read_until
        return any(
            message["out"] and (until is None or message["at"] > until)
            for message in thread.messages
        )

    # --- what he sees -----------------------------------------------------------------------------
    def state(self):
        """:return: all networks as the page shows them"""
        sms = _chat(self.sms.connected, self.sms.messages(PHONE))  # may ask the office
        with self.graph.lock, self.viber.lock:
            page = self.graph.app.subscriptions.get("page")
            heard = page.fields if page and self.graph.page.subscribed else set()
            waba = self.graph.app.subscriptions.get("whatsapp_business_account")
            return {
                "name": self.thread.name,
                "phone": PHONE,
                "office": self.graph.page.name,
                "sms": sms,
                "messenger": _chat("messages" in heard, self.thread.messages),
                "whatsapp": _chat(
                    bool(waba and self.graph.waba.subscribed), self._whatsapp_messages()
                ),
                "viber": _chat(bool(self.viber.webhook), self._viber_messages()),
                "page": {"connected": "feed" in heard, "posts": self._posts()},
            }

    def _whatsapp_messages(self):
        for message in self.contact.number.messages.values():
            if message["contact"] is self.contact and "failed" not in message:
                yield {**message, **_content(message["type"], message["content"])}

    def _viber_messages(self):
        for message in self.user.messages:
            kind = {"picture": "image"}.get(message["type"], message["type"])
            files = [{"type": kind, "url": message["media"]}] if message["media"] else []
            yield {**message, "attachments": files}

    def _posts(self):
        return [
            {
                "id": post.id,
                "text": post.message,
                "at": milliseconds(post.created),
                "comments": [
                    {
                        "id": comment.id,
                        "parent": comment.parent.id if comment.parent else "",
                        "name": comment.author.name,
                        "out": comment.by_page,
                        "text": comment.message,
                        "liked": comment.liked,
                        "hidden": comment.hidden,
                        "at": milliseconds(comment.created),
                    }
                    for comment in post.comments
                    if not comment.removed
                ],
            }
            for post in self.graph.page.posts
            if post.published
        ]


def _chat(connected, messages):
    return {
        "connected": connected,
        "messages": [
            {
                "id": message["id"],
                "out": message["out"],
                "at": milliseconds(message["at"]),
                "text": message["text"],
                "files": message.get("attachments") or [],
                "choices": message.get("choices") or [],
            }
            for message in messages
        ],
    }


def _content(kind, content):
    """:return: files and choices of a WhatsApp message"""
    files, choices = [], []
    if kind in ("image", "video", "audio", "document", "sticker") and isinstance(content, dict):
        url = content.get("link") or f"/api/file/{content.get('id')}"
        files = [{"type": kind, "url": url, "name": content.get("filename", "")}]
    if kind == "interactive" and isinstance(content, dict):
        action = content.get("action") or {}
        choices = [button["reply"] for button in action.get("buttons") or []]
        choices += [row for part in action.get("sections") or [] for row in part.get("rows") or []]
        choices = [{"payload": choice["id"], "title": choice["title"]} for choice in choices]
    return {"attachments": files, "choices": choices}

"""What people do on Messenger and on the Page, and what the network tells of it."""

from datetime import timedelta

from ..clock import iso, milliseconds, seconds
from .posts import permalink
from .state import Comment, Lead, Review


class PagePeople:
    """Part of the stand-in: each method plays one action of a person."""

    leads_lag = timedelta()  # between the webhook of a lead and the lead itself

    # --- Messenger --------------------------------------------------------------------------------
    def _tell(self, thread, topic, values, inbound=True):
        sides = {"sender": {"id": thread.psid}, "recipient": {"id": thread.page.id}}
        if topic == "echo":
            sides = {"sender": {"id": thread.page.id}, "recipient": {"id": thread.psid}}
        item = {**sides, "timestamp": milliseconds(self.now), **values}
        standby = inbound and self._is_elsewhere(thread)
        self.mailbox.tell_page(thread.page, "standby" if standby else topic, item, standby)

    def _is_elsewhere(self, thread):
        return thread.owner not in (None, *self.apps)

    def say(self, thread, text="", attachments=(), **values):
        """He writes.

        :param attachments: of (type, link) or of (type, bytes, mimetype)
        :param values: more of ``message``: quick_reply, reply_to, is_unsupported
        :return: the mid
        """
        mid = self.next_mid()
        message = {"mid": mid, **({"text": text} if text else {}), **values}
        items = [self._attachment(item) for item in attachments]
        if items:
            message["attachments"] = items
        thread.last_inbound = self.now
        thread.messages.append(
            {
                "id": mid,
                "out": False,
                "at": self.now,
                "text": text,
                "attachments": [
                    {"type": item["type"], "url": item["payload"]["url"]} for item in items
                ],
            }
        )
        self._tell(thread, "message", {"message": message})
        return mid

    def _attachment(self, item):
        kind, what, *mimetype = item
        if isinstance(what, bytes):
            key = self.next_id("77")
            self.files.put(key, what, mimetype[0])
            what = self.files.link(key)
        return {"type": kind, "payload": {"url": what}}

    def edit(self, thread, mid, text, number=1):
        """He changes what he wrote."""
        for message in thread.messages:
            if message["id"] == mid:
                message["text"] = text
        self._tell(thread, "message_edit",
                   {"message_edit": {"mid": mid, "text": text, "num_edit": number}})  # fmt: skip

    def unsend(self, thread, mid):
        """He takes back what he wrote."""
        thread.messages = [message for message in thread.messages if message["id"] != mid]
        self._tell(thread, "message", {"message": {"mid": mid, "is_deleted": True}})

    def react(self, thread, mid, emoji="❤", reaction="love"):
        """He reacts to a message; an empty emoji takes it back."""
        values = {"mid": mid, "action": "react" if emoji else "unreact"}
        if emoji:
            values |= {"reaction": reaction, "emoji": emoji}
        thread.last_inbound = self.now
        self._tell(thread, "reaction", {"reaction": values})

    def read(self, thread):
        """He reads all that was sent to him."""
        thread.read_until = self.now
        self._tell(thread, "read", {"read": {"watermark": milliseconds(self.now)}})

    def touch(self, thread, title, payload, referral=None):
        """He touches a button."""
        values = {"mid": self.next_mid(), "title": title, "payload": payload}
        if referral:
            values["referral"] = referral
        thread.last_inbound = self.now
        self._tell(thread, "postback", {"postback": values})

    def arrive(self, thread, ref="", source="SHORTLINK", **values):
        """He comes by a link or an advert (``ad_id``, ``ads_context_data``)."""
        thread.last_inbound = self.now
        referral = {"ref": ref, "source": source, "type": "OPEN_THREAD", **values}
        self._tell(thread, "referral", {"referral": referral})

    def answer_in_inbox(self, thread, text):
        """A colleague answers in the Page inbox: an echo of a stranger.

        :return: the mid
        """
        mid = self.next_mid()
        thread.messages.append(
            {"id": mid, "out": True, "at": self.now, "text": text, "attachments": []}
        )
        self.echo(thread, mid, {"text": text}, "263902037430900")
        return mid

    def echo(self, thread, mid, message, app_id):
        """What the Page wrote comes back to it."""
        values = {"mid": mid, "is_echo": True, "app_id": int(app_id)}
        values |= {name: message[name] for name in ("metadata", "text") if message.get(name)}
        if message.get("attachment"):
            values["attachments"] = [message["attachment"]]
        if message.get("reply_to"):
            values["reply_to"] = message["reply_to"]
        if self.receipts or app_id not in self.apps:
            self._tell(thread, "echo", {"message": values}, inbound=False)
            if self.echo_first:
                self.mailbox.deliver()

    def report_delivered(self, thread, *mids):
        """The network reports messages of ours delivered."""
        values = {"watermark": milliseconds(self.now)}
        if mids:
            values["mids"] = list(mids)
        self._tell(thread, "delivery", {"delivery": values}, inbound=False)

    def hand_over(self, thread, owner, metadata=""):
        """Another app takes the conversation, or (``owner`` ours or None) gives it back."""
        previous, thread.owner = thread.owner, owner
        word = "take_thread_control" if owner not in (None, *self.apps) else "pass_thread_control"
        side = "previous_owner_app_id" if word.startswith("take") else "new_owner_app_id"
        app_id = (previous if word.startswith("take") else owner) or self.app.id
        self._tell(thread, word, {word: {side: app_id, "metadata": metadata}}, inbound=False)

    # --- the Page ---------------------------------------------------------------------------------
    def comment(self, post, visitor, message, parent=None, **values):
        """A visitor comments.

        :rtype: Comment
        """
        return self.put_comment(post, visitor, message, parent, **values)

    def put_comment(self, post, author, message, parent=None, **values):
        """Somebody, perhaps the Page, comments."""
        number = post.id.partition("_")[2]
        comment = Comment(
            f"{number}_{self.next_id('99')}", post, author, self.now, message, parent, **values
        )
        post.comments.append(self.keep(comment))
        self.tell_comment(comment, "add")
        return comment

    def edit_comment(self, comment, message):
        """Its author changes it."""
        comment.message = message
        self.tell_comment(comment, "edited")

    def remove_comment(self, comment):
        """Its author, or the Page, deletes it."""
        comment.removed = True
        self.tell_comment(comment, "remove")

    def tell_comment(self, comment, verb):
        """Something happened to a comment."""
        post, author = comment.post, comment.author
        post.updated = self.now
        value = {
            "from": {"id": author.id, "name": author.name},
            "post": {
                "status_type": "added_photos" if post.media else "mobile_status_update",
                "is_published": post.published,
                "updated_time": iso(self.now),
                "permalink_url": permalink(post),
                "promotion_status": "inactive",
                "id": post.id,
            },
            "post_id": post.id,
            "comment_id": comment.id,
            "created_time": seconds(comment.created if verb == "add" else self.now),
            "item": "comment",
            "parent_id": comment.parent.id if comment.parent else post.id,
            "message": comment.message,
            "verb": verb,
        }
        if getattr(author, "anonymous", False):
            del value["from"]
        if comment.attachment:
            value["photo"] = comment.attachment
        if verb in ("remove", "hide", "unhide") or not comment.message:
            del value["message"]
        if verb == "remove":
            del value["post"]
        self.mailbox.tell_page(post.page, "feed", value)

    def recommend(self, visitor, text, positive=True, page=None):
        """Somebody recommends the Page, or advises against it.

        :rtype: Review
        """
        page = page or self.page
        review = Review(f"{page.id}_{self.next_id('87')}", visitor, self.now, text, positive)
        page.reviews.append(review)
        value = {
            "item": "rating",
            "verb": "add",
            "reviewer_id": visitor.id,
            "reviewer_name": visitor.name,
            "recommendation_type": "positive" if positive else "negative",
            "review_text": text,
            "open_graph_story_id": review.id,
            "created_time": seconds(self.now),
        }
        self.mailbox.tell_page(page, "ratings", value)
        return review

    def tell_feed(self, page, item, verb="add", **values):
        """Something else happened on the Page: "reaction", "share", "like", "post"."""
        value = {"item": item, "verb": verb, "created_time": seconds(self.now), **values}
        self.mailbox.tell_page(page, "feed", value)

    def publish_due(self):
        """What was planned and is due stands on the Page now."""
        for post in list(self.nodes.values()):
            scheduled = getattr(post, "scheduled", None)
            if scheduled and not post.published and scheduled <= self.now:
                post.published, post.created = True, scheduled

    def fill_form(self, form, answers, ad_id="", platform="fb"):
        """Somebody fills in a lead form.

        :param dict answers: {key of the question: value or list of values}
        :rtype: Lead
        """
        readable = self.now + self.leads_lag
        lead = Lead(self.next_id("33"), form, self.now, answers, readable, ad_id, platform)
        form.leads.append(self.keep(lead))
        value = {
            "leadgen_id": lead.id,
            "page_id": form.page.id,
            "form_id": form.id,
            "created_time": seconds(self.now),
        }
        if ad_id:
            value |= {"ad_id": ad_id, "adgroup_id": self.next_id("12")}
        self.mailbox.tell_page(form.page, "leadgen", value)
        return lead

from .network_common import PAGE, FakeGraph, NetworkCommon

NOON = "2026-11-29 12:00:00"
NOON_S = 1795953600
NADIA, SAMIR = "5400000000000201", "5400000000000202"
PSID = "6100000000000101"
POST = f"{PAGE}_880000000000700"
C1, C2, C3 = (f"880000000000700_99000000000070{number}" for number in (1, 2, 3))


class PageGraph(FakeGraph):
    """A Page with its posts and comments; ``feed`` and ``below`` are what a poll finds."""

    def __init__(self):
        super().__init__()
        self.feed, self.below, self.files = [], {}, {}

    def handle(self, method, path, headers, body):
        answer = super().handle(method, path, headers, body)
        plain = path.partition("?")[0].removeprefix("/v26.0/")
        if plain in self.files:
            return 200, self.files[plain], {"Content-Type": "image/png"}
        if method == "GET" and plain == f"{PAGE}/feed":
            return 200, {"data": self.feed}
        if method == "GET" and plain.endswith("/comments"):
            return 200, {"data": self.below.get(plain.partition("/")[0], [])}
        if method == "GET":
            return 200, {
                "id": plain,
                "message": "Brique B8 disponible",
                "from": {"id": PAGE},
            }
        if plain.endswith("/comments"):
            return 200, {"id": f"880000000000700_8{len(self.calls)}"}
        if plain.endswith("/messages"):
            return 200, {"message_id": f"m_OUT{len(self.calls)}", "recipient_id": PSID}
        return (200, {"success": True}) if "messages" not in plain else answer

    def done(self, *methods):
        """:return: what was called beside reading, as (method, what it was about, content)"""
        return [
            (method, path.removeprefix("/v26.0/"), content)
            for method, path, content in self.calls
            if method in (methods or ("POST", "DELETE"))
        ]


class PageCommon(NetworkCommon):
    """A Page whose network is a local server."""

    graph_class = PageGraph

    def setUp(self):
        super().setUp()
        self.graph = self.graph_class()
        self.account.base_url = self.graph.url
        self.graph.__enter__()
        self.addCleanup(self.graph.__exit__, None, None, None)

    def told(self, comment_id=C1, message="Prix B8 svp ?", verb="add", at=NOON_S, **vals):
        """:return: one change of the feed, as Meta tells it"""
        value = {
            "from": {"id": NADIA, "name": "Nadia Merabet"},
            "post": {
                "id": POST,
                "permalink_url": "https://www.facebook.example.invalid/p/700",
            },
            "post_id": POST,
            "comment_id": comment_id,
            "parent_id": POST,
            "created_time": at,
            "item": "comment",
            "message": message,
            "verb": verb,
            **vals,
        }
        return {"field": "feed", "value": value}

    def tell(self, *changes, at=NOON_S, **vals):
        """The network tells changes, by default one comment; they are handled.

        :return: the comment that was told first
        """
        changes = changes or (self.told(at=at, **vals),)
        self.call({"object": "page", "entry": [{"id": PAGE, "time": at, "changes": changes}]})
        return self.comments(changes[0]["value"]["comment_id"])

    def comments(self, ref=None):
        domain = [("channel_id", "=", self.page.id)]
        if ref:
            domain.append(("external_id", "=", ref))
        return self.env["bti.page.comment"].search(domain, order="id")

    def as_agent(self, records):
        return records.with_user(self.agent_a).with_context(allowed_company_ids=self.company_a.ids)

    def rule(self, **vals):
        return self.env["bti.page.rule"].create(
            {
                "name": "Price",
                "company_id": self.company_a.id,
                "words": "prix\nبكم",
                **vals,
            }
        )

    def reply(self, comment, text, private=False):
        """The agent answers by the wizard."""
        action = "action_reply_privately" if private else "action_answer"
        opened = getattr(self.as_agent(comment), action)()
        wizard = self.as_agent(self.env[opened["res_model"]].with_context(**opened["context"]))
        wizard = wizard.with_context(**opened["context"]).create({"text": text})
        wizard.action_send()

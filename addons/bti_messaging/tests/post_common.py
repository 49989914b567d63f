import base64

from odoo.tests import new_test_user

from .network_common import PAGE
from .page_common import PageCommon, PageGraph
from .rights.test_access import MARKETER

MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 40
LATER = "2026-11-30 09:00:00"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class PostGraph(PageGraph):
    """A Page that takes posts; ``gone`` are ids that it does not know any more, ``counts`` and
    ``insights`` what it tells of a post, ``reviews`` its recommendations."""

    def __init__(self):
        super().__init__()
        self.gone, self.counts, self.insights, self.reviews = set(), {}, {}, []
        self.texts = {}
        self.videos = {}  # what is told of each, by its id

    def handle(self, method, path, headers, body):
        answer = super().handle(method, path, headers, body)
        plain, _mark, query = path.partition("?")
        plain = plain.removeprefix("/v26.0/")
        name, _slash, edge = plain.partition("/")
        if name in self.gone:
            error = {"message": "no", "code": 100, "error_subcode": 33, "type": "x"}
            return 400, {"error": error}
        if method == "GET" and edge == "ratings":
            return 200, {"data": self.reviews}
        if method == "GET" and edge == "insights":
            found = [
                {"name": metric, "values": [{"value": value}]}
                for metric, value in self.insights.items()
                if metric in query
            ]
            return 200, {"data": found}
        if method == "GET" and not edge and "summary" in query:
            return 200, self.counts
        if method == "POST" and edge == "videos":
            return 200, {"id": next(iter(self.videos))}
        if method == "GET" and name in self.videos:
            return 200, {"id": name, **self.videos[name]}
        if method == "POST" and edge == "photos":
            return 200, {"id": f"66{len(self.calls)}", "post_id": f"{PAGE}_66{len(self.calls)}"}
        content = self.calls[-1][2] or {}
        if method == "POST" and edge == "feed":
            name = f"{PAGE}_9{len(self.calls)}"
            self.texts[name] = content.get("message")
            return 200, {"id": name}
        if method == "POST" and name in self.texts:
            self.texts[name] = content.get("message")
        if method == "GET" and name in self.texts and not edge:
            return 200, {"id": name, "message": self.texts[name], "from": {"id": PAGE}}
        return answer


class PostCommon(PageCommon):
    """A marketing person of company A writes posts for its Page."""

    graph_class = PostGraph

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = new_test_user(
            cls.env,
            login="post_marketer",
            groups=MARKETER,
            lang="en_US",
            company_id=cls.company_a.id,
            company_ids=[(6, 0, cls.company_a.ids)],
        )

    def as_marketer(self, records):
        return records.with_user(self.marketer).with_context(allowed_company_ids=self.company_a.ids)

    def write_post(self, **vals):
        """The marketing person writes a post.

        :return: the post, as nobody in particular
        """
        posts = self.as_marketer(self.env["bti.page.publication"])
        vals = {"name": "B8", "text_fr": "La B8 est là", "scheduled_at": LATER, **vals}
        return posts.create({"channel_id": self.page.id, **vals}).sudo()

    def push(self, publication, button="action_schedule"):
        """The marketing person pushes a button of a post, and the Page's job runs."""
        getattr(self.as_marketer(publication), button)()
        self.run_channel(self.page)

    def published(self):
        """:return: what was posted: (what of the Page, content)"""
        return [
            (path.partition("/")[2], content)
            for method, path, content in self.graph.done("POST")
            if path in (f"{PAGE}/feed", f"{PAGE}/photos", f"{PAGE}/videos")
        ]

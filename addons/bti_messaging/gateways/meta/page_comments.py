"""Comments of a Page: what we do to them, and reading those that the webhook missed (protocol of
Meta, sections 0, 6 and 11)."""

from dataclasses import dataclass

from ..base import FailureReason, PermanentError, UnknownOutcome
from ..charset import clean, clean_values
from ..values import as_dict, read_id, read_time
from .gateway import SHORTEST_PRIVATE
from .page_events import Entry, read_feed, read_rating

MAX_TEXT = 8000
FIELDS = "id,message,created_time,from{id,name},parent{id},is_hidden,attachment,permalink_url"
POST_FIELDS = "id,message,created_time,updated_time,from{id,name},permalink_url,full_picture"
REVIEW_FIELDS = (
    "created_time,recommendation_type,rating,review_text,reviewer{id,name},open_graph_story{id}"
)
# Newest first, but not strictly: replies stand beside what they answer.
OLD_IN_A_ROW = 25
MAX_POSTS = 50
MAX_COMMENTS = 500
# What Meta says of what is not there any more.
GONE = "100/33"
# Comments that a list leaves out are asked for one by one.
MAX_ASKED = 20


@dataclass(frozen=True)
class KnownComment:
    """How a comment reads with us, to find what was done to it since."""

    text: str = ""
    hidden: bool = False


class PageComments:
    """Comments below the posts of one Page."""

    def __init__(self, graph):
        """:param Graph graph: with the Page's token"""
        self._graph = graph
        self._page = graph.config.external_id

    # === DOING === #

    def answer(self, comment_id, text):
        """Answer in public, below a comment or a post.

        :param str comment_id: of a comment, or of a post of a visitor
        :return: id of the new comment; the webhook tells it too, marked as our own
        :rtype: str
        :raises UnknownOutcome: perhaps it stands there: a poll tells
        """
        text = clean(text)
        if not text.strip():
            raise PermanentError("nothing to say", reason=FailureReason.EMPTY)
        if len(text) > MAX_TEXT:
            raise PermanentError(
                f"{len(text)} characters, {MAX_TEXT} at most", reason=FailureReason.TOO_LONG
            )
        private = (text,) if len(text) >= SHORTEST_PRIVATE else ()
        answer = self._graph.post(f"{comment_id}/comments", {"message": text}, private)
        new_id = read_id(answer.get("id"))
        if not new_id:
            raise UnknownOutcome("an answer without the id of the comment")
        return new_id

    def hide(self, comment_id):
        """Leave a comment to its author and his friends."""
        self._graph.post(comment_id, {"is_hidden": True}, repeatable=True)

    def unhide(self, comment_id):
        """Show a hidden comment to everybody."""
        self._graph.post(comment_id, {"is_hidden": False}, repeatable=True)

    def delete(self, comment_id):
        """Delete a comment for good."""
        self._graph.delete(comment_id)

    def like(self, comment_id):
        """Like a comment as the Page."""
        self._graph.post(f"{comment_id}/likes", repeatable=True)

    def unlike(self, comment_id):
        """Take the like back."""
        self._graph.delete(f"{comment_id}/likes")

    # === READING === #

    def read_one(self, comment_id, post_id="", known=None):
        """Read one comment as it is now.

        :param str post_id: below which it stands, where that is known
        :param KnownComment known: as of ``read_below``
        :return: events as the webhook tells them
        :rtype: list[Event]
        :raises PermanentError: there is no such comment any more (``code`` "100/33")
        """
        comment = self._graph.get(comment_id, {"fields": FIELDS})
        return list(self._read_comment({"id": comment_id, **comment}, post_id, known))

    def read_below(self, post_id, since, known=None, limit=MAX_COMMENTS):
        """Read the comments below a post, replies among them.

        :param datetime since: naive UTC, older ones are left out
        :param dict known: {comment id: KnownComment}: of these it is told what changed, of others
            that they were added (and hidden)
        :param int limit: comments at most
        :return: generator of events, with the keys that the webhook gives them
        """
        params = {"fields": FIELDS, "filter": "stream", "order": "reverse_chronological"}
        known = known or {}
        for comment in self._newest(f"{post_id}/comments", params, since, limit):
            seen = known.get(read_id(comment.get("id")))
            yield from self._read_comment(comment, post_id, seen)

    def poll(self, since, known=None, posts=MAX_POSTS, limit=MAX_COMMENTS):
        """Find what the webhook missed: posts of visitors, and comments below all posts where
        something happened. One request, and one more for each of these posts.

        :param datetime since: naive UTC
        :param dict known: as of ``read_below``
        :param int posts: looked at, at most
        :param int limit: comments at most below each post
        :return: generator of events, with the keys that the webhook gives them
        """
        path = f"{self._page}/feed"
        feed = [
            clean_values(as_dict(post))
            for post in self._graph.pages(path, {"fields": POST_FIELDS}, posts)
        ]
        # where no author is told at all, our own posts would pass for those of visitors
        told = any(_get_author(post) for post in feed)
        for post in feed:
            post_id, touched = read_id(post.get("id")), read_time(post.get("updated_time"))
            if not post_id or (touched and touched < since):
                continue
            if told and _get_author(post) != self._page:
                yield from self._read_visitor(post, post_id, since)
            yield from self.read_below(post_id, since, known, limit)

    def find_removed(self, post_id, comment_ids, since, limit=MAX_COMMENTS):
        """Find which comments below a post are gone. Those that the list leaves out are asked for
        one by one, 20 at most: a list has gaps of its own.

        :param str post_id: the post
        :param comment_ids: of comments that we know below it
        :param datetime since: naive UTC, not after the oldest of them
        :param int limit: comments read at most
        :return: generator of events, as the webhook tells removals
        """
        missing = set(comment_ids)
        params = {
            "fields": "id,created_time",
            "filter": "stream",
            "order": "reverse_chronological",
        }
        try:
            for comment in self._newest(f"{post_id}/comments", params, since, limit):
                missing.discard(read_id(comment.get("id")))
        except PermanentError as error:
            if error.code != GONE:
                raise
        for comment_id in sorted(missing)[:MAX_ASKED]:
            if self._is_gone(comment_id):
                value = {"item": "comment", "comment_id": comment_id, "post_id": post_id}
                yield from read_feed(Entry(self._page), {**value, "verb": "remove"}) or ()

    def _is_gone(self, comment_id):
        try:
            self._graph.get(comment_id, {"fields": "id"})
        except PermanentError as error:
            return error.code == GONE
        return False

    def _read_visitor(self, post, post_id, since):
        created = read_time(post.get("created_time"))
        if created is None or created >= since:
            picture = post.get("full_picture")
            value = {**post, "item": "post", "verb": "add", "post_id": post_id, "photo": picture}
            yield from read_feed(Entry(self._page), value) or ()

    def read_reviews(self, since, limit=MAX_COMMENTS):
        """Read recommendations of the Page.

        :param datetime since: naive UTC
        :param int limit: at most
        :return: generator of events, with the keys that the webhook gives them
        """
        params = {"fields": REVIEW_FIELDS}
        for review in self._newest(f"{self._page}/ratings", params, since, limit):
            value = {
                **review,
                "item": "rating",
                "verb": "add",
                "from": review.get("reviewer"),
                "open_graph_story_id": as_dict(review.get("open_graph_story")).get("id"),
            }
            yield from read_rating(Entry(self._page), value) or ()

    def _newest(self, path, params, since, limit):
        """:return: generator of the objects of a list, newest first, that are not older"""
        old = 0
        for item in self._graph.pages(path, params, limit):
            item = clean_values(as_dict(item))
            moment = read_time(item.get("created_time"))
            if moment is not None and moment < since:
                old += 1
                if old >= OLD_IN_A_ROW:
                    return
                continue
            old = 0
            yield item

    def _read_comment(self, comment, post_id, known):
        """:param dict comment: as the Graph gives it
        :return: generator of events
        """
        comment = clean_values(comment)
        parent_id = read_id(as_dict(comment.get("parent")).get("id")) or post_id
        value = {
            **comment,
            "item": "comment",
            "comment_id": comment.get("id"),
            "post_id": post_id,
            "parent_id": parent_id,
        }
        for verb in self._find_verbs(comment, known):
            yield from read_feed(Entry(self._page), {**value, "verb": verb}) or ()

    @staticmethod
    def _find_verbs(comment, known):
        """:return: what happened, in the webhook's words"""
        hidden = comment.get("is_hidden") is True
        if known is None:
            return ["add", "hide"] if hidden else ["add"]
        verbs = ["edited"] if (comment.get("message") or "") != known.text else []
        if hidden != known.hidden:
            verbs.append("hide" if hidden else "unhide")
        return verbs


def _get_author(post):
    return read_id(as_dict(post.get("from")).get("id"))

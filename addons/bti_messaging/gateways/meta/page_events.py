"""What happens on a Page beside its messages: comments, posts of visitors, reviews, mentions and
forms filled in (protocol, sections 6 and 7).

The webhook tells it by ``changes``, a poll finds it by reading; both give the same events.
"""

import logging
from dataclasses import dataclass

from ..base import Event, EventKind
from ..content import Address, AddressKind, Content, Media, MediaKind
from ..values import (
    MILLISECOND,
    SECOND,
    as_dict,
    as_list,
    as_text,
    digest,
    read_id,
    read_name,
    read_time,
)
from .webhook import make_unknown

_logger = logging.getLogger(__name__)

# verb of the network: state of a ``COMMENT`` event
VERBS = {
    "add": "added",
    "edit": "edited",
    "edited": "edited",
    "update": "edited",
    "remove": "removed",
    "delete": "removed",
    "hide": "hidden",
    "unhide": "unhidden",
}
# Items of a feed that are a post; its author may be a visitor.
POST_ITEMS = {"post", "status", "photo", "video", "link", "share", "note"}
# Longer ids are no ids; the key keeps what tells them apart.
LONGEST_KEY = 150
# Nothing that anybody would answer to: left out.
IGNORED_ITEMS = {"reaction", "like", "album", "event"}
# Seconds of any living person; a larger number is of milliseconds.
LARGEST_SECONDS = 10**11
# What of the raw values is kept beside the ids; the text is kept once, in the content.
KEPT = (
    "verb",
    "parent_id",
    "photo_id",
    "video_id",
    "recommendation_type",
    "rating",
    "permalink_url",
)


@dataclass(frozen=True)
class Entry:
    """Where a change stands.

    :param str account: id of the Page
    :param time: of the notice, as it came; None in a poll
    """

    account: str
    time: object = None

    def read_time(self):
        """:return: when the network told it: in seconds or, beside messages, in milliseconds
        :rtype: datetime | None
        """
        return read_time(self.time, MILLISECOND if _is_large(self.time) else SECOND)


def _is_large(value):
    try:
        return float(value) > LARGEST_SECONDS
    except (TypeError, ValueError, OverflowError):
        return False


def read_item(item):
    """Turn one change into events; see ``READERS``.

    :param webhook.Item item: of an entry of the Page
    :rtype: list[Event]
    """
    entry = Entry(item.account, item.time)
    read = FIELDS.get(item.field)
    events = read(entry, item.value) if read and isinstance(item.value, dict) else None
    return [make_unknown(item)] if events is None else events


# === FEED === #


def read_feed(entry, value):
    """Comments, and posts of visitors.

    :param Entry entry: where it stands
    :param dict value: of the change, or what ``page_poll`` makes alike
    :return: events, None when it is nothing that we know
    """
    item = read_id(value.get("item")).lower()
    status = VERBS.get(read_id(value.get("verb")).lower())
    if item in IGNORED_ITEMS:
        _logger.debug("Page %s: %s left out", entry.account, item)
        return []
    if item == "comment" and status and read_id(value.get("comment_id")):
        return [_make_comment(entry, value, "comment", status)]
    visitor = _read_author(value)[0] != entry.account
    if item in POST_ITEMS and status and read_id(value.get("post_id")) and visitor:
        return [_make_comment(entry, value, "post", status)]
    return None


def _make_comment(entry, value, item, status, subject=""):
    """
    :param str item: "comment", "post" (of a visitor), "review" or "mention"
    :param str subject: id of what the event is about, when it is no comment and no post
    """
    comment_id, post_id = read_id(value.get("comment_id")), read_id(value.get("post_id"))
    if not post_id:
        post_id = read_id(as_dict(value.get("post")).get("id"))
    subject = subject or comment_id or post_id
    content = Content() if status == "removed" else read_content(value)
    author, name = _read_author(value)
    own = bool(author) and author == entry.account
    return Event(
        EventKind.COMMENT,
        key=make_comment_key(item, subject, status, value),
        ref=subject,
        status=status,
        occurred_at=_read_moment(entry, value, status),
        payload={
            "item": item,
            "comment_id": comment_id,
            "post_id": post_id,
            "own": own,
            **_keep(value),
        },
        sender=author,
        text=content.text,
        account=entry.account,
        addresses=(
            (Address(AddressKind.FACEBOOK, author, entry.account),) if author and not own else ()
        ),
        name=name,
        content=None if content.is_empty else content,
        target=_read_target(value, subject, post_id),
        outgoing=own,
    )


def make_comment_key(item, subject, status, value):
    """The same fact, told again or found by a poll, has the same key (protocol, section 6).

    What was hidden, shown and hidden again is told apart by its time, where the network gives
    that of the act.

    :param str item: "comment", "post", "review" or "mention"
    :param str subject: its id
    :param str status: as of the event
    :param dict value: of the change
    :rtype: str
    """
    key = f"{item}:{subject}:{status}"
    if len(key) > LONGEST_KEY:
        key = f"{item}:{digest(subject)}:{status}"
    if status == "edited":
        return f"{key}:{digest(_read_message(value))}"
    moment = read_time(value.get("created_time")) if status in ("hidden", "unhidden") else None
    return f"{key}:{moment:%Y%m%d%H%M%S}" if moment else key


def _read_author(value):
    """:return: (id, name), both "" when the network does not tell"""
    author = as_dict(value.get("from"))
    author_id = read_id(author.get("id") or value.get("sender_id") or value.get("reviewer_id"))
    name = author.get("name") or value.get("sender_name") or value.get("reviewer_name")
    return author_id, read_name(name)


def _read_moment(entry, value, status):
    """When it happened. ``created_time`` is that of the comment, except where it was removed;
    what came later was told at once."""
    created = read_time(value.get("created_time"))
    if status == "added":
        return created or entry.read_time()
    return entry.read_time() or (created if status == "removed" else None)


def _read_target(value, subject, post_id):
    """:return: id of the comment or post above it, "" above a post"""
    parent = read_id(value.get("parent_id")) or post_id
    return "" if parent == subject else parent


def _keep(value):
    """:return: raw values worth keeping, without empty ones"""
    post = as_dict(value.get("post"))
    kept = {name: as_text(value.get(name)) for name in KEPT}
    kept["permalink_url"] = kept["permalink_url"] or as_text(post.get("permalink_url"))
    kept["promotion_status"] = as_text(post.get("promotion_status"))
    return {name: text[:2000] for name, text in kept.items() if text}


# === CONTENT === #

# type of a Graph attachment: what it is
ATTACHMENT_KINDS = {
    "photo": MediaKind.IMAGE,
    "animated_image_share": MediaKind.IMAGE,
    "animated_image_video": MediaKind.VIDEO,
    "video": MediaKind.VIDEO,
    "video_inline": MediaKind.VIDEO,
    "video_share_highlighted": MediaKind.VIDEO,
    "sticker": MediaKind.STICKER,
}
# name in a change: what it is
CHANGE_MEDIA = {"photo": MediaKind.IMAGE, "video": MediaKind.VIDEO}
# A post of 60 pictures shows its first.
MAX_MEDIA = 20


def _read_message(value):
    return as_text(value.get("message") or value.get("review_text"))


def read_content(value):
    """What a comment, a post or a review says.

    :param dict value: of a change, or of a comment read from the Graph
    :rtype: Content
    """
    text = _read_message(value)
    link = _read_url(value.get("link"))
    if link not in text:
        text = f"{text}\n{link}".strip()
    media = tuple(_read_media(value))
    if not text.strip() and not media:
        # a sticker, as a rule: the webhook does not say
        kind = as_text(as_dict(value.get("attachment")).get("type"))
        return Content(unsupported=kind[:100] or "attachment")
    return Content(text=text, media=media)


def _read_media(value):
    attachment = as_dict(value.get("attachment"))
    kind = ATTACHMENT_KINDS.get(as_text(attachment.get("type")))
    if kind:
        files = as_dict(attachment.get("media"))
        url = _read_url(files.get("source") or as_dict(files.get("image")).get("src"))
        media_id = read_id(as_dict(attachment.get("target")).get("id"))
        if url or media_id:
            yield Media(kind, url=url, media_id=media_id)
        return
    for name, kind in CHANGE_MEDIA.items():
        url, media_id = _read_url(value.get(name)), read_id(value.get(f"{name}_id"))
        if url or media_id:
            yield Media(kind, url=url, media_id=media_id)
    for url in as_list(value.get("photos"))[:MAX_MEDIA]:
        if _read_url(url):
            yield Media(MediaKind.IMAGE, url=_read_url(url))


def _read_url(value):
    url = as_text(value).strip()
    return url if url.startswith(("http://", "https://")) else ""


# === OTHER FIELDS === #


def read_rating(entry, value):
    """A recommendation, its change or removal, or a comment below it."""
    status = VERBS.get(read_id(value.get("verb")).lower())
    item = read_id(value.get("item")).lower()
    story = read_id(value.get("open_graph_story_id"))
    if item in IGNORED_ITEMS:
        return []
    if not status:
        return None
    if item == "comment" and read_id(value.get("comment_id")):
        below = {"parent_id": story, **value}
        return [_make_comment(entry, below, "comment", status)]
    if not story:
        return None
    # comment_id, where it is told, is that of the story: no comment to be answered
    review = {**value, "comment_id": "", "post_id": story}
    return [_make_comment(entry, review, "review", status, story)]


def read_mention(entry, value):
    """Somebody wrote the Page's name in a post or comment elsewhere."""
    status = VERBS.get(read_id(value.get("verb")).lower())
    subject = read_id(value.get("comment_id")) or read_id(value.get("post_id"))
    if not status or not subject:
        return None
    return [_make_comment(entry, value, "mention", status)]


def make_lead_key(leadgen_id):
    """:param str leadgen_id: of the answers to a form
    :return: key of the event (protocol, section 7)
    """
    return f"lead:{leadgen_id if len(leadgen_id) <= LONGEST_KEY else digest(leadgen_id)}"


def read_leadgen(entry, value):
    """A form was filled in: ids only, the answers are to be read."""
    leadgen_id = read_id(value.get("leadgen_id"))
    if not leadgen_id:
        return None
    names = ("form_id", "ad_id", "adgroup_id", "campaign_id")
    ids = {name: read_id(value.get(name))[:100] for name in names}
    return [
        Event(
            EventKind.LEAD,
            key=make_lead_key(leadgen_id),
            ref=leadgen_id,
            account=entry.account or read_id(value.get("page_id")),
            occurred_at=read_time(value.get("created_time")) or entry.read_time(),
            payload={name: text for name, text in ids.items() if text},
        )
    ]


# field of a change: its reader, which gives None for what it does not know
FIELDS = {
    "feed": read_feed,
    "leadgen": read_leadgen,
    "ratings": read_rating,
    "mention": read_mention,
}
# for ``webhook.parse``
READERS = {("page", name): read_item for name in FIELDS}

"""Posts of a Page: published, planned, changed, counted (protocol of Meta, sections 0 and 11)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..base import (
    FailureReason,
    GatewayError,
    PermanentError,
    PermissionMissing,
    TransientError,
    UnknownOutcome,
)
from ..charset import clean, clean_values
from ..content import Media, MediaKind
from ..values import as_dict, as_list, as_text, read_id, read_time
from .gateway import SHORTEST_PRIVATE

# How long ahead a post may be planned; Meta's two pages say 30 and 75 days, so more is not refused.
SOONEST = timedelta(minutes=10)
LATEST = timedelta(days=30)
MAX_TEXT = 63_206
MAX_PHOTOS = 40
MAX_LISTED = 100
FIELDS = (
    "id,message,created_time,updated_time,permalink_url,is_published,scheduled_publish_time,"
    "status_type,full_picture,from{id,name}"
)
COUNTS = "reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count),shares"
# our name of a figure: Meta's metric that is alive (protocol, section 0)
POST_METRICS = {"reach": "post_total_media_view_unique", "clicks": "post_clicks"}
PAGE_METRICS = {"followers": "page_follows", "reach": "page_total_media_view_unique"}
MAX_DAYS = 90  # of one question for figures


@dataclass(frozen=True)
class Post:
    """A post about to be published. Of ``photo``, ``photos``, ``video`` and ``link`` one at most.

    :param str message: text, French or Arabic
    :param str link: shown with a preview
    :param Media | None photo: one picture with its ``content`` or a public ``url``
    :param tuple photos: ids of pictures uploaded before, see ``PagePosts.upload_photo``
    :param Media | None video: as ``photo``
    :param datetime | None scheduled_at: naive UTC; None: now
    """

    message: str = ""
    link: str = ""
    photo: Media | None = None
    photos: tuple[str, ...] = ()
    video: Media | None = None
    scheduled_at: datetime | None = None


@dataclass(frozen=True)
class Published:
    """What became of a post.

    :param str post_id: by which comments and figures name it
    :param str warning: in English, what an administrator may want to know; empty: nothing
    """

    post_id: str
    warning: str = ""


@dataclass(frozen=True)
class PostInfo:
    """A post as it is at Meta.

    :param str author_id: the Page, or a visitor; empty: not told
    :param bool published: False while it is planned
    """

    post_id: str
    message: str = ""
    permalink: str = ""
    picture_url: str = ""
    author_id: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    published: bool = True
    scheduled_at: datetime | None = None


class PagePosts:
    """Posts of one Page. An app edits only what it posted itself."""

    def __init__(self, graph):
        """:param Graph graph: with the Page's token"""
        self._graph = graph
        self._page = graph.config.external_id

    # === PUBLISHING === #

    def upload_photo(self, media, scheduled=False):
        """Hand a picture over before the post that shows several.

        :param Media media: with its ``content`` or a public ``url``
        :param bool scheduled: the post is planned
        :return: its id for ``Post.photos``
        :rtype: str
        """
        fields = {"published": False, **({"temporary": True} if scheduled else {})}
        content = self._give(f"{self._page}/photos", fields, media, "url", "source", True)
        photo_id = read_id(content.get("id"))
        if not photo_id:
            raise TransientError("an answer without the id of the picture")
        return photo_id

    def check(self, post):
        """Refuse what can never be published, before any request is made.

        :param Post post: about to be published
        :return: a warning in English, empty when there is nothing to warn of
        :rtype: str
        :raises PermanentError: with the reason
        """
        shown = [name for name in ("link", "photo", "photos", "video") if getattr(post, name)]
        if len(shown) > 1:
            raise PermanentError(
                f"{' and '.join(shown)} in one post", reason=FailureReason.UNSUPPORTED
            )
        if not shown and not post.message.strip():
            raise PermanentError("nothing to say", reason=FailureReason.EMPTY)
        if len(post.message) > MAX_TEXT:
            raise PermanentError(
                f"{len(post.message)} characters, {MAX_TEXT} at most", reason=FailureReason.TOO_LONG
            )
        if len(post.photos) > MAX_PHOTOS:
            raise PermanentError(f"{MAX_PHOTOS} pictures at most", reason=FailureReason.MEDIA)
        for media, kind in ((post.photo, MediaKind.IMAGE), (post.video, MediaKind.VIDEO)):
            if media and (media.kind is not kind or not (media.content or media.url)):
                raise PermanentError(f"no {kind.value}", reason=FailureReason.MEDIA)
        return _check_time(post.scheduled_at) if post.scheduled_at else ""

    def publish(self, post):
        """Publish or plan a post, by one request.

        :param Post post: what it says
        :rtype: Published
        :raises UnknownOutcome: perhaps it stands there: ``list_recent`` tells
        """
        warning = self.check(post)
        message = clean(post.message)
        plan = _plan(post.scheduled_at)
        private = (message,) if len(message) >= SHORTEST_PRIVATE else ()
        if post.photo:
            fields = {"caption": message, **plan}
            path, media = f"{self._page}/photos", post.photo
            content = self._give(path, fields, media, "url", "source", False, private)
        elif post.video:
            fields = {"description": message, **plan}
            path, media = f"{self._page}/videos", post.video
            content = self._give(path, fields, media, "file_url", "source", False, private)
        else:
            body = {"message": message, "link": post.link, **plan}
            body["attached_media"] = [{"media_fbid": photo_id} for photo_id in post.photos]
            # what is empty is left out
            body = {name: value for name, value in body.items() if value not in ("", [])}
            content = self._graph.post(f"{self._page}/feed", body, private)
        # of a picture its own id stands in "id"
        post_id = read_id(content.get("post_id")) or read_id(content.get("id"))
        if not post_id:
            raise UnknownOutcome("an answer without the id of the post")
        return Published(post_id, warning)

    def find_video_post(self, video_id):
        """Find the post that shows a video just published, by which comments name it.

        :param str video_id: as ``publish`` gives it
        :return: id of the post; the video's own when Meta does not tell it yet
        :rtype: str
        """
        try:
            content = self._graph.get(video_id, {"fields": "post_id"})
        except GatewayError:
            return video_id
        post_id = read_id(content.get("post_id"))
        if not post_id:
            return video_id
        return post_id if "_" in post_id else f"{self._page}_{post_id}"

    def _give(self, path, fields, media, url_name, file_name, repeatable, private=()):
        """Hand a picture or video over, by its bytes or its address."""
        fields = {name: value for name, value in fields.items() if value != ""}
        if media.content:
            return self._graph.upload(path, fields, media, file_name, private, repeatable)
        if not media.url:
            raise PermanentError("a file without bytes", reason=FailureReason.MEDIA)
        return self._graph.post(path, {**fields, url_name: media.url}, private, repeatable)

    def edit(self, post_id, message=None, scheduled_at=None):
        """Change what a post says, or when it is to appear. What is None stays.

        :param datetime scheduled_at: naive UTC
        :return: a warning, as of ``check``
        :rtype: str
        """
        warning = _check_time(scheduled_at) if scheduled_at else ""
        body = {} if message is None else {"message": clean(message)}
        if scheduled_at:
            body["scheduled_publish_time"] = _to_seconds(scheduled_at)
        if body:
            self._graph.post(post_id, body, repeatable=True)
        return warning

    def publish_now(self, post_id):
        """Let a planned post appear."""
        self._graph.post(post_id, {"is_published": True}, repeatable=True)

    def delete(self, post_id):
        """Delete a post; Meta may refuse (``PermanentError``)."""
        self._graph.delete(post_id)

    # === READING === #

    def read_one(self, post_id):
        """:rtype: PostInfo
        :raises PermanentError: there is no such post any more
        """
        return read_post({"id": post_id, **self._graph.get(post_id, {"fields": FIELDS})})

    def list_recent(self, limit=MAX_LISTED):
        """:return: what stands on the Page, newest first, posts of visitors among it
        :rtype: list[PostInfo]
        """
        return self._list("feed", limit)

    def list_scheduled(self, limit=MAX_LISTED):
        """:return: what is planned, by whatever program
        :rtype: list[PostInfo]
        """
        return self._list("scheduled_posts", limit)

    def _list(self, edge, limit):
        items = self._graph.pages(f"{self._page}/{edge}", {"fields": FIELDS}, limit)
        return [post for post in map(read_post, items) if post.post_id]

    # === FIGURES === #

    def get_figures(self, post_id):
        """Count what a post brought. What Meta refuses to tell is left out, it is no error.

        :return: {"reactions", "comments", "shares", "reach", "clicks": number}
        :rtype: dict[str, int]
        """
        figures = {}
        try:
            counts = self._graph.get(post_id, {"fields": COUNTS})
        except PermissionMissing:
            counts = {}
        for name in ("reactions", "comments"):
            figures[name] = as_dict(as_dict(counts.get(name)).get("summary")).get("total_count")
        # of a post that nobody shared there is nothing
        figures["shares"] = as_dict(counts.get("shares")).get("count", 0) if counts else None
        figures.update(self._read_insights(post_id, POST_METRICS, {"period": "lifetime"}))
        return {name: value for name, value in figures.items() if _is_count(value)}

    def get_page_figures(self, since, until):
        """Count what the Page brought day by day; Meta tells it of Pages with 100 likes or more.

        :param date since: first day
        :param date until: last day, 90 days later at most
        :return: {"followers", "reach": {day as ISO date: number}}, what is refused left out
        :rtype: dict[str, dict[str, int]]
        """
        if (until - since).days > MAX_DAYS:
            raise PermanentError(f"{MAX_DAYS} days at most", reason=FailureReason.REFUSED)
        params = {"period": "day", "since": since.isoformat(), "until": until.isoformat()}
        return self._read_insights(self._page, PAGE_METRICS, params, read=_read_days)

    def _read_insights(self, object_id, metrics, params, read=None):
        """Each metric is asked alone: one that died would take the others along.

        :return: {our name: what ``read`` makes of its values, by default the last}
        """
        found = {}
        for name, metric in metrics.items():
            try:
                content = self._graph.get(f"{object_id}/insights", {**params, "metric": metric})
            except (PermanentError, PermissionMissing):
                continue
            for item in map(as_dict, as_list(content.get("data"))):
                values = [as_dict(value) for value in as_list(item.get("values"))]
                if item.get("name") == metric and values:
                    found[name] = read(values) if read else values[-1].get("value")
        return {name: value for name, value in found.items() if value is not None}


def read_post(values):
    """:param dict values: as the Graph gives them
    :rtype: PostInfo
    """
    values = clean_values(as_dict(values))
    return PostInfo(
        post_id=read_id(values.get("id")),
        message=as_text(values.get("message")),
        permalink=as_text(values.get("permalink_url")),
        picture_url=as_text(values.get("full_picture")),
        author_id=read_id(as_dict(values.get("from")).get("id")),
        created_at=read_time(values.get("created_time")),
        updated_at=read_time(values.get("updated_time")),
        published=values.get("is_published") is not False,
        scheduled_at=read_time(values.get("scheduled_publish_time")),
    )


def _check_time(moment):
    ahead = moment - datetime.now(UTC).replace(tzinfo=None)
    if ahead < SOONEST:
        raise PermanentError("10 minutes ahead at least", reason=FailureReason.REFUSED)
    return "more than 30 days ahead: Meta may refuse it" if ahead > LATEST else ""


def _plan(moment):
    """:return: values of a planned post"""
    if not moment:
        return {}
    return {"published": False, "scheduled_publish_time": _to_seconds(moment)}


def _to_seconds(moment):
    return int(moment.replace(tzinfo=UTC).timestamp())


def _is_count(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _read_days(values):
    """:return: {ISO date of the day: number}; Meta tells the end of each day"""
    days = {}
    for item in values:
        end, value = read_time(item.get("end_time")), item.get("value")
        if end and _is_count(value):
            days[(end - timedelta(hours=12)).date().isoformat()] = value
    return days

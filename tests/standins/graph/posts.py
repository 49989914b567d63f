"""Posts with their pictures, at once or planned, see protocol, section 11."""

from datetime import timedelta

from ..clock import from_seconds, iso, seconds
from .errors import GraphError
from .routes import page_of, pick, route
from .state import Page, Photo, Post

SOONEST = timedelta(minutes=10)
LATEST = timedelta(days=75)
PHOTO_TYPES = {"image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/webp"}
PHOTO_SIZE = 10 * 1024 * 1024
VIDEO_SIZE = 1024 * 1024 * 1024
SHORT = ("created_time", "message")


@route("GET", Page, "feed", "pages_read_engagement")
@route("GET", Page, "published_posts", "pages_read_engagement")
def read_feed(graph, page, call):
    """What stands there, the newest first, of visitors too."""
    own_only = call.path.endswith("published_posts")
    found = [post for post in page.posts if post.published and not (own_only and post.author)]
    return page_of([pick(describe(graph, post), call, SHORT) for post in found], call)


@route("GET", Page, "scheduled_posts", "pages_read_engagement")
def read_scheduled(graph, page, call):
    """What is planned."""
    found = [post for post in page.posts if post.scheduled and not post.published]
    return page_of([pick(describe(graph, post), call, SHORT) for post in found], call)


@route("GET", Post, "", "pages_read_engagement")
def read_post(graph, post, call):
    """One post."""
    return pick(describe(graph, post), call, SHORT)


def describe(graph, post):
    """:return: all fields of a post"""
    author = post.author or post.page
    values = {
        "id": post.id,
        "created_time": iso(post.created),
        "updated_time": iso(post.updated or post.created),
        "message": post.message,
        "permalink_url": permalink(post),
        "is_published": post.published,
        "from": {"id": author.id, "name": author.name},
        "status_type": "added_photos" if post.media else "mobile_status_update",
        "comments": {
            "data": [],
            "summary": {"total_count": sum(not comment.removed for comment in post.comments)},
        },
        "reactions": {"data": [], "summary": {"total_count": int(post.liked)}},
        "shares": {"count": 0},
    }
    if post.scheduled and not post.published:
        values["scheduled_publish_time"] = seconds(post.scheduled)
    if post.media:
        values["full_picture"] = f"{graph.url}/cdn/{post.media[0].id}"
        values["attachments"] = {
            "data": [{"target": {"id": media.id}, "type": media.kind} for media in post.media]
        }
    return values


def permalink(post):
    """:return: the address of a post for people"""
    return f"https://www.facebook.example.invalid/{post.page.id}/posts/{post.id.partition('_')[2]}"


@route("POST", Page, "feed", "pages_manage_posts")
def write_post(graph, page, call):
    """Write a post: text, link, pictures that were uploaded before."""
    media = []
    for item in call.data("attached_media") or []:
        photo = graph.nodes.get(str(item.get("media_fbid")))
        if not isinstance(photo, Photo) or photo.page is not page or photo.post:
            raise GraphError(100, details="attached_media")
        media.append(photo)
    if not (call.text("message") or call.text("link") or media):
        raise GraphError(100, details="message, link or attached_media is needed")
    post = _make_post(graph, page, call, call.text("message"), media)
    return {"id": post.id}


@route("POST", Page, "photos", "pages_manage_posts")
def write_photo(graph, page, call):
    """Upload a picture; published, it is a post of its own with its ``caption``."""
    _check_file(call, "source", "url", PHOTO_SIZE, PHOTO_TYPES)
    photo = graph.keep(Photo(graph.next_id("66"), page, "photo"))
    if not call.flag("published", True) and not call.text("scheduled_publish_time"):
        return {"id": photo.id}
    post = _make_post(graph, page, call, call.text("caption"), [photo])
    return {"id": photo.id, "post_id": post.id}


@route("POST", Page, "videos", "pages_manage_posts")
def write_video(graph, page, call):
    """Upload a video: a post of its own."""
    _check_file(call, "source", "file_url", VIDEO_SIZE, {"video/mp4", "video/quicktime"})
    video = graph.keep(Photo(graph.next_id("67"), page, "video"))
    _make_post(graph, page, call, call.text("description"), [video])
    return {"id": video.id}


@route("GET", Photo, "", "pages_read_engagement")
def read_photo(graph, photo, call):
    """A picture or video, and the post that shows it."""
    values = {"id": photo.id, "created_time": iso(graph.now)}
    if photo.post:
        values["page_story_id" if photo.kind == "photo" else "post_id"] = photo.post.id
    return pick(values, call, ("created_time",))


def _check_file(call, name, url_name, size, mimetypes):
    file = call.files.get(name)
    if not file:
        if not call.text(url_name).startswith(("http://", "https://")):
            raise GraphError(100, details=f"{name} or {url_name} is needed")
        return
    content = file.read()
    if not content or len(content) > size or file.mimetype not in mimetypes:
        raise GraphError(100, details=f"{name}: {file.mimetype}, {len(content)} bytes")


def _make_post(graph, page, call, message, media):
    published = call.flag("published", True)
    moment = call.text("scheduled_publish_time")
    scheduled = None
    if moment:
        try:
            scheduled = from_seconds(moment)
        except (ValueError, OverflowError):
            raise GraphError(100, details="scheduled_publish_time") from None
        if published or not SOONEST <= scheduled - graph.now <= LATEST:
            raise GraphError(100, details="the specified scheduled publish time is invalid")
    post = graph.add_post(
        page,
        message,
        link=call.text("link"),
        kind=media[0].kind if media else "status",
        app=call.token.app.id,
        published=published,
        scheduled=scheduled,
        media=media,
    )
    for photo in media:
        photo.post = post
    graph.sent.append({"network": "page", "kind": "post", "id": post.id, "message": message,
                       "link": post.link, "scheduled": scheduled, "at": graph.now})  # fmt: skip
    return post


@route("POST", Post, "", "pages_manage_posts")
def change_post(graph, post, call):
    """Change the text or the time of a post that this app made."""
    if post.app != call.token.app.id:
        raise GraphError(200, details="an app edits only posts that it made")
    if "message" in call.values:
        post.message = call.text("message")
    if call.text("scheduled_publish_time"):
        post.scheduled = from_seconds(call.text("scheduled_publish_time"))
    if "is_published" in call.values:
        post.published = call.flag("is_published")
    return {"success": True}


@route("DELETE", Post, "", "pages_manage_posts")
def delete_post(graph, post, call):
    """Delete a post; may be refused."""
    if graph.refuse_deleting:
        raise GraphError(200, details="this post cannot be deleted")
    post.page.posts.remove(post)
    del graph.nodes[post.id]
    return {"success": True}

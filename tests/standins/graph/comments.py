"""Comments below posts: read, answer, hide, like, delete, see protocol, section 11."""

from ..clock import iso
from .errors import GraphError
from .private_reply import can_reply
from .routes import page_of, pick, route
from .state import Comment, Post

LENGTH = 8000
DEFAULT = ("created_time", "from", "message")


def describe(graph, comment):
    """:return: all fields of a comment"""
    author = comment.author
    values = {
        "id": comment.id,
        "created_time": iso(comment.created),
        "message": comment.message,
        "is_hidden": comment.hidden,
        "can_hide": not comment.by_page,
        "can_remove": True,
        "can_reply_privately": can_reply(graph, comment),
        "like_count": int(comment.liked),
        "user_likes": comment.liked,
        "comment_count": sum(
            other.parent is comment and not other.removed for other in comment.post.comments
        ),
        "permalink_url": f"https://www.facebook.example.invalid/{comment.id}",
    }
    if not getattr(author, "anonymous", False):
        values["from"] = {"id": author.id, "name": author.name}
    if comment.parent:
        values["parent"] = {"id": comment.parent.id}
    if comment.attachment:
        values["attachment"] = {"type": "photo", "url": comment.attachment}
    return values


@route("GET", Post, "comments", "pages_read_user_content|pages_read_engagement")
@route("GET", Comment, "comments", "pages_read_user_content|pages_read_engagement")
def read_comments(graph, node, call):
    """Those of a post (``filter=stream``: with answers to them) or below a comment."""
    post = node if isinstance(node, Post) else node.post
    parent = node if isinstance(node, Comment) else None
    everything = isinstance(node, Post) and call.text("filter") == "stream"
    found = [
        comment
        for comment in post.comments
        if not comment.removed and (everything or comment.parent is parent)
    ]
    if call.text("order") == "reverse_chronological":
        found.reverse()
    return page_of([pick(describe(graph, item), call, DEFAULT) for item in found], call)


@route("GET", Comment, "", "pages_read_user_content|pages_read_engagement")
def read_comment(graph, comment, call):
    """One comment."""
    _must_exist(comment)
    return pick(describe(graph, comment), call, DEFAULT)


def _must_exist(comment):
    if comment.removed:
        raise GraphError(100, 33)


@route("POST", Post, "comments", "pages_manage_engagement")
@route("POST", Comment, "comments", "pages_manage_engagement")
def write_comment(graph, node, call):
    """Answer publicly as the Page."""
    if isinstance(node, Comment):
        _must_exist(node)
    message = call.text("message")
    if not (message or call.text("attachment_url")) or len(message) > LENGTH:
        raise GraphError(100, details="message")
    post = node if isinstance(node, Post) else node.post
    parent = node if isinstance(node, Comment) else None
    comment = graph.put_comment(post, post.page, message, parent)
    graph.sent.append({"network": "page", "kind": "comment", "id": comment.id,
                       "message": message, "to": node.id, "at": graph.now})  # fmt: skip
    return {"id": comment.id}


@route("POST", Comment, "", "pages_manage_engagement")
def change_comment(graph, comment, call):
    """Hide it, show it again, or change the Page's own."""
    _must_exist(comment)
    if "is_hidden" in call.values:
        if comment.by_page:
            raise GraphError(100, details="own comments cannot be hidden")
        hidden = call.flag("is_hidden")
        if hidden != comment.hidden:
            comment.hidden = hidden
            graph.tell_comment(comment, "hide" if hidden else "unhide")
    if "message" in call.values:
        if not comment.by_page:
            raise GraphError(200, details="comments of others cannot be changed")
        comment.message = call.text("message")
        graph.tell_comment(comment, "edited")
    return {"success": True}


@route("DELETE", Comment, "", "pages_manage_engagement")
def delete_comment(graph, comment, call):
    """Delete it; a visitor's needs one more permission."""
    _must_exist(comment)
    if not comment.by_page and "pages_read_user_content" not in call.token.scopes:
        raise GraphError(200, details="requires pages_read_user_content permission")
    graph.remove_comment(comment)
    return {"success": True}


@route("POST", Comment, "likes", "pages_manage_engagement")
@route("POST", Post, "likes", "pages_manage_engagement")
def like(graph, node, call):
    """Like it as the Page."""
    node.liked = True
    return {"success": True}


@route("DELETE", Comment, "likes", "pages_manage_engagement")
@route("DELETE", Post, "likes", "pages_manage_engagement")
def unlike(graph, node, call):
    """Take the like back."""
    node.liked = False
    return {"success": True}

"""One private answer to a comment, or to a visitor's post, see protocol, section 11."""

from datetime import timedelta

from .errors import GraphError
from .state import Comment, Page, Post

DAYS = timedelta(days=7)


def take_private_reply(graph, page, recipient):
    """Check that this one may be written to, and that it is the first time.

    :param dict recipient: with ``comment_id`` or ``post_id``
    :return: the conversation that it goes to; it opens no window
    :rtype: Thread
    """
    target = find_target(graph, page, recipient)
    if target.replied:
        raise GraphError(10900)
    if graph.now - target.created > DAYS:
        raise GraphError(10, 2018278)
    target.replied = True
    visitor = target.author
    psid = visitor.psids.get(page.id)
    if psid not in page.threads:
        psid = visitor.psids[page.id] = graph.add_person(visitor.name, psid or "", page).psid
    thread = page.threads[psid]
    if thread.blocked:
        raise GraphError(551, 1545041)
    return thread


def find_target(graph, page, recipient):
    """:return: the comment or post, of somebody who can be written to
    :raises GraphError: 100/2018292, 10903
    """
    name = "comment_id" if "comment_id" in recipient else "post_id"
    node = graph.nodes.get(str(recipient[name]))
    fits = isinstance(node, Comment if name == "comment_id" else Post)
    owner = node.post.page if isinstance(node, Comment) else getattr(node, "page", None)
    if not fits or owner is not page or getattr(node, "removed", False):
        raise GraphError(100, 2018292)
    if node.author is None or isinstance(node.author, Page):
        raise GraphError(10903)
    return node


def can_reply(graph, node):
    """:return: ``can_reply_privately`` of a comment"""
    return (
        not node.replied and not isinstance(node.author, Page) and graph.now - node.created <= DAYS
    )

"""The server: who asks, for what, and the answer; each subject has a file of its own."""

import itertools
import re

from ..server import StandIn, json_response
from . import (  # noqa: F401  each registers its routes
    auth,
    comments,
    leads,
    messenger,
    page,
    posts,
    templates,
    whatsapp,
    whatsapp_media,
    whatsapp_number,
)
from .errors import GraphError
from .files import Files
from .limits import Limits
from .mailbox import GraphMailbox
from .page_people import PagePeople
from .routes import ROUTES, Call
from .state import Comment, Form, Lead, Page, Post, Template, Upload
from .templates import TemplateOffice
from .whatsapp_people import WhatsappPeople
from .world import World

PATH = re.compile(r"/(?:v(?P<version>\d+\.\d+)/)?(?P<rest>.*?)/?")
NEWEST = 26.0


class GraphStandIn(World, PagePeople, WhatsappPeople, TemplateOffice, StandIn):
    """The Graph. What exists is made by :class:`.world.World`, what people do by
    :class:`.page_people.PagePeople` and :class:`.whatsapp_people.WhatsappPeople`.

    :ivar list leaks: paths of requests that carried a token in their address
    :ivar bool receipts: what we send is echoed and reported delivered by itself
    :ivar bool echo_first: the echo arrives before the answer of the Send API
    :ivar bool refuse_deleting: posts cannot be deleted through the API
    :ivar str window_error: where WhatsApp says that the window is closed: "status" or "answer"
    :ivar bool approves: what is submitted for approval is approved at once
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.mailbox = GraphMailbox(self)
        self.limits = Limits(self.clock)
        self.files = Files(self)
        self.leaks = []
        self.receipts = True
        self.echo_first = False
        self.refuse_deleting = False
        self.window_error = "status"
        self.approves = False
        self.samples = {}  # {name: Upload} of the files shown to those who approve
        self._trace = itertools.count(1)
        self._down = False
        self.make_world()

    # --- troubles ---------------------------------------------------------------------------------
    def error(self, code, subcode=0, details="", status=0, headers=None):
        """:return: the answer of an error of the table"""
        error = GraphError(code, subcode, details, status)
        return self._refuse(error, headers)

    def outage(self, keep=True):
        """The network is down: it answers nothing but errors and tells nothing; what happens
        meanwhile is told afterwards, or never."""
        self._down = True
        self.mailbox.outage(keep)

    def recover(self):
        """The outage is over."""
        self._down = False
        self.mailbox.recover()

    # --- requests ---------------------------------------------------------------------------------
    def respond(self, request):
        """Check who asks, find what he asks for, answer."""
        self.publish_due()
        if request.path.startswith("/cdn/"):
            return self.files.respond(request)
        node = None
        try:
            if self._down:
                raise GraphError(2, status=503)
            call = self._take_apart(request)
            self.limits.count()
            call.token = auth.find_token(self, request, call)
            node, edge = self._find(call)
            self.limits.count_business(node)
            answer = self._run(node, edge, call)
        except GraphError as error:
            return self._refuse(error, self.limits.headers(node))
        return json_response(answer, headers=self.limits.headers(node))

    def _refuse(self, error, headers=None):
        return json_response(error.body(f"ATrace{next(self._trace):08}"), error.status, headers)

    def _take_apart(self, request):
        found = PATH.fullmatch(request.path)
        values = {**request.args.to_dict(), **request.form.to_dict()}
        if request.is_json:
            body = request.get_json(silent=True)
            if not isinstance(body, dict):
                raise GraphError(100, details="the body is no JSON object")
            values.update(body)
        # a POST may be meant as another method: so long or private values stand in no address
        method = values.pop("method", request.method) if request.form else request.method
        return Call(
            method,
            f"/{found['rest']}",
            float(found["version"] or NEWEST),
            values,
            {**request.files.to_dict(), "": request.get_data()},
            base_url=self.url,
        )

    def _find(self, call):
        """:return: (node, edge) that a path names"""
        first, _slash, edge = call.path[1:].partition("/")
        if first == "me" and call.token.page:
            return call.token.page, edge
        if (call.method, None, call.path[1:]) in ROUTES:
            return None, call.path[1:]
        node = self.nodes.get(first)
        if node is None or not auth.may_see(call.token, owner_of(node)):
            raise GraphError(100, 33, details=f"'{first}'")
        return node, edge

    def _run(self, node, edge, call):
        kind = type(node) if node is not None else None
        function, scope = ROUTES.get((call.method, kind, edge), (None, ""))
        if not function:
            raise GraphError(100, details=f"{call.method} {edge or 'node'}: nonexisting field")
        auth.require(call.token, scope)
        return function(self, node, call)


def owner_of(node):
    """:return: the Page or WABA that a node belongs to, or the node itself"""
    if isinstance(node, Lead):
        node = node.form
    if isinstance(node, Comment):
        node = node.post
    if isinstance(node, (Form, Post)):
        return node.page
    if isinstance(node, Template):
        return node.owner
    if isinstance(node, Upload):
        return node.app
    if isinstance(node, Page):
        return node
    number = getattr(node, "number", node)
    return getattr(number, "waba", getattr(node, "page", node))

"""Connecting a Page: who granted what, and who tells us what (protocol of Meta, sections 0, 1 and
12)."""

from dataclasses import dataclass, field, replace

from ..base import ConfigurationError, PermanentError, PermissionMissing
from ..values import as_dict, as_list, as_text, read_id, read_name
from .graph import Graph

# What a Page has to tell us; the app's own subscription needs the same.
WANTED_FIELDS = (
    "messages",
    "messaging_postbacks",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "message_edits",
    "message_echoes",
    "messaging_referrals",
    "feed",
    "leadgen",
    "ratings",
    "mention",
)
# permission: what is lost without it
PERMISSIONS = {
    "pages_show_list": "to find the Pages",
    "pages_messaging": "conversations",
    "pages_manage_metadata": "to be told what happens",
    "pages_read_engagement": "posts, comments and their figures",
    "pages_read_user_content": "what visitors write",
    "pages_manage_engagement": "to answer and hide comments",
    "pages_manage_posts": "to publish posts",
    "leads_retrieval": "answers to forms",
    "pages_manage_ads": "forms of adverts",
    "read_insights": "figures",
}
MAX_PAGES = 200


@dataclass(frozen=True)
class GrantedPage:
    """A Page that a person let us into.

    :param str token: the Page's own; empty when it is not given
    :param tuple tasks: what the person may do there, in Meta's words
    """

    id: str
    name: str = ""
    token: str = field(default="", repr=False)
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True)
class AppSubscription:
    """What the app itself is told of all Pages.

    :param str callback_url: where Meta calls
    :param bool active: whether it calls at all
    """

    callback_url: str = ""
    fields: tuple[str, ...] = ()
    active: bool = False


class PageConnection:
    """What the wizard and the daily check ask Meta."""

    def __init__(self, graph):
        """:param Graph graph: with the token of the Page, or of a person or system user for
        ``list_pages`` and ``get_page_token``"""
        self._graph = graph
        self._page = graph.config.external_id

    # === TOKENS === #

    def inspect(self, token=""):
        """:param str token: the channel's own by default
        :return: what Meta knows of it: validity, end, permissions
        :rtype: TokenInfo
        """
        return self._graph.debug_token(token)

    def list_pages(self):
        """The Pages of a person's token. Meta's list leaves some of them out that belong to a
        business: those that the token names are asked for one by one.

        :rtype: list[GrantedPage]
        """
        params = {"fields": "id,name,access_token,tasks"}
        items = self._graph.pages("me/accounts", params, MAX_PAGES)
        pages = {page.id: page for page in map(_read_page, items) if page.id}
        for page_id in self._find_granted():
            if page_id not in pages:
                try:
                    pages[page_id] = self.read_page(page_id)
                except (PermanentError, PermissionMissing):
                    continue
        return list(pages.values())

    def _find_granted(self):
        try:
            granted = self.inspect().granted
        except ConfigurationError:
            return []  # without the app's id and secret the list has to do
        named = (page for name in PERMISSIONS for page in granted.get(name, ()))
        return list(dict.fromkeys(named))[:MAX_PAGES]

    def read_page(self, page_id):
        """:return: name and token of one Page
        :rtype: GrantedPage
        """
        content = self._graph.get(page_id, {"fields": "id,name,access_token"})
        return _read_page({"id": page_id, **content})

    def get_page_token(self, page_id):
        """The Page's own token, by that of a person or system user. It has no date of its end but
        dies with a changed password, a lost role or the removed app.

        :rtype: str
        :raises PermissionMissing: Meta does not give it
        """
        token = self.read_page(page_id).token
        if not token:
            raise PermissionMissing("no token of this Page")
        return token

    # === SUBSCRIPTIONS === #

    def get_subscribed_fields(self):
        """:return: what the Page tells our app; empty when it is not installed there
        :rtype: tuple[str, ...]
        """
        for app in map(as_dict, self._graph.pages(f"{self._page}/subscribed_apps", limit=50)):
            if read_id(app.get("id")) == self._graph.config.app_id.strip():
                return _read_names(app.get("subscribed_fields"))
        return ()

    def subscribe(self, names=WANTED_FIELDS):
        """Have the Page tell our app; replaces what it told before.

        :param names: of the fields
        """
        body = {"subscribed_fields": ",".join(names)}
        self._graph.post(f"{self._page}/subscribed_apps", body, repeatable=True)

    def unsubscribe(self):
        """Have the Page tell our app nothing any more."""
        self._graph.delete(f"{self._page}/subscribed_apps")

    def get_app_subscription(self, topic="page"):
        """What the *app* is told of Pages: what lacks here never comes, whatever ``subscribe``
        answered.

        :param str topic: "page", or "whatsapp_business_account"
        :rtype: AppSubscription
        """
        config = self._graph.config
        if not config.app_id or not config.app_secret:
            raise ConfigurationError("the app's id and secret are missing")
        app_id = config.app_id.strip()
        own = Graph(replace(config, access_token=f"{app_id}|{config.app_secret}"))
        for item in map(as_dict, own.pages(f"{app_id}/subscriptions", limit=50)):
            if item.get("object") == topic:
                return AppSubscription(
                    callback_url=as_text(item.get("callback_url")),
                    fields=_read_names(item.get("fields")),
                    active=item.get("active") is True,
                )
        return AppSubscription()


def find_missing_permissions(token, page_id, wanted=PERMISSIONS):
    """:param TokenInfo token: of the Page or of the person
    :param str page_id: the Page that it is needed for
    :param wanted: names of permissions
    :return: names of those that were not granted, or not for this Page
    :rtype: list[str]
    """
    return [
        name
        for name in wanted
        if name not in token.scopes
        or (name in token.granted and page_id not in token.granted[name])
    ]


def find_missing_fields(names, wanted=WANTED_FIELDS):
    """:param names: of fields that the Page, or the app, is subscribed to
    :return: names of those that lack
    :rtype: list[str]
    """
    return [name for name in wanted if name not in names]


def _read_page(values):
    values = as_dict(values)
    return GrantedPage(
        id=read_id(values.get("id")),
        name=read_name(values.get("name")),
        token=as_text(values.get("access_token")),
        tasks=_read_names(values.get("tasks")),
    )


def _read_names(values):
    """:return: names, which stand alone or in objects"""
    names = (as_dict(value).get("name") or value for value in as_list(values))
    return tuple(filter(None, map(as_text, names)))

"""Tokens, permissions, subscriptions of the app."""

import hashlib
import hmac

import requests

from ..clock import seconds
from .errors import GraphError
from .routes import page_of, route
from .state import App, Page, Subscription, Waba
from .world import PAGE_FIELDS, WABA_FIELDS

OBJECTS = {"page": PAGE_FIELDS, "whatsapp_business_account": WABA_FIELDS}
CHALLENGE = "1158201444"


def find_token(graph, request, call):
    """Check the token and its proof.

    :rtype: Token
    :raises GraphError: 190, or 100 for the proof
    """
    header = request.headers.get("Authorization", "")
    scheme, _space, value = header.partition(" ")
    if scheme not in ("Bearer", "OAuth"):
        value = ""
    if not value:
        value = call.values.get("access_token", "")
        if "access_token" in request.args:
            graph.leaks.append(request.path)
    token = graph.tokens.get(value)
    if not token:
        raise GraphError(190)
    if token.dead:
        raise GraphError(190, token.dead)
    if token.expires_at and token.expires_at <= graph.now:
        raise GraphError(190, 463)
    proof = call.values.get("appsecret_proof")
    if proof is None:
        if token.app.require_proof and token.kind != "app":
            raise GraphError(100, details="calls from the server require an appsecret_proof")
    elif not hmac.compare_digest(str(proof).encode(), make_proof(token).encode()):
        raise GraphError(100, details="invalid appsecret_proof provided in the API argument")
    return token


def make_proof(token):
    """:return: hexadecimal HMAC-SHA256 of a token by its app's secret"""
    return hmac.new(token.app.secret.encode(), token.value.encode(), hashlib.sha256).hexdigest()


def may_see(token, owner):
    """:return: whether a token reaches what belongs to this Page, WABA or app"""
    if isinstance(owner, App):
        return owner is token.app
    if token.kind == "page":
        return owner is token.page
    return token.kind != "app" and (not token.targets or owner.id in token.targets)


def require(token, scope):
    """:raises GraphError: 200, the token lacks the permission"""
    if scope and not token.scopes.intersection(scope.split("|")):
        raise GraphError(200, details=f"requires {scope} permission")


@route("GET", None, "debug_token")
def debug_token(graph, node, call):
    """What a token is worth; asked for with the app's."""
    if call.token.kind != "app":
        raise GraphError(100, details="you must provide an app access token")
    token = graph.tokens.get(call.text("input_token"))
    if not token:
        error = {"code": 190, "message": "Invalid OAuth access token."}
        return {"data": {"error": error, "is_valid": False, "scopes": []}}
    expired = bool(token.expires_at and token.expires_at <= graph.now)
    targets = [token.page.id] if token.page else sorted(token.targets)
    data = {
        "app_id": token.app.id,
        "type": {"page": "PAGE", "system": "SYSTEM_USER"}.get(token.kind, token.kind.upper()),
        "application": token.app.name,
        "data_access_expires_at": _moment(token.data_access_expires_at),
        "expires_at": _moment(token.expires_at),
        "is_valid": not token.dead and not expired,
        "scopes": sorted(token.scopes),
        "granular_scopes": [
            {"scope": scope, **({"target_ids": targets} if targets else {})}
            for scope in sorted(token.scopes)
        ],
    }
    if token.page:
        data["profile_id"] = token.page.id
    if token.dead or expired:
        error = GraphError(190, token.dead or 463)
        data["error"] = {"code": 190, "subcode": error.subcode, "message": error.message}
    return {"data": data}


def _moment(value):
    return seconds(value) if value else 0


@route("GET", None, "me")
def read_me(graph, node, call):
    """The user of a token."""
    return {"id": "122000000000001", "name": "BTI"}


@route("GET", None, "me/accounts", "pages_show_list")
def read_accounts(graph, node, call):
    """The Pages that a user granted, each with a token of its own."""
    pages = [node for node in graph.nodes.values() if isinstance(node, Page)]
    granted = [page for page in pages if may_see(call.token, page)]
    return page_of([_account(graph, page, call.token) for page in granted], call)


def page_token(graph, page, user):
    """:return: the Page's own token, for an app of a user or system user
    :rtype: Token
    """
    for token in graph.tokens.values():
        if token.page is page and token.app is user.app and not token.dead:
            return token
    value = graph.next_id("EAAPage")
    return graph.add_token(value, "page", user.app, user.scopes, page=page)


def _account(graph, page, user):
    token = page_token(graph, page, user)
    tasks = ["MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE"]
    return {"access_token": token.value, "id": page.id, "name": page.name, "tasks": tasks}


@route("GET", App, "subscriptions")
def read_subscriptions(graph, app, call):
    """What the app wants to hear."""
    return {
        "data": [
            {
                "object": kind,
                "callback_url": subscription.url,
                "active": True,
                "fields": [
                    {"name": name, "version": f"v{call.version}"}
                    for name in sorted(subscription.fields)
                ],
            }
            for kind, subscription in app.subscriptions.items()
        ]
    }


@route("POST", App, "subscriptions")
def subscribe_app(graph, app, call):
    """Set the address of the webhook; it is asked for the challenge at once."""
    kind, url, names = call.text("object"), call.text("callback_url"), call.names("fields")
    if kind not in OBJECTS or not url or not set(names) <= OBJECTS[kind]:
        raise GraphError(100, details="object, callback_url or fields")
    if not is_verified(url, call.text("verify_token")):
        raise GraphError(100, details="(#2200) Callback verification failed")
    app.subscriptions[kind] = Subscription(url, set(names), call.text("verify_token"))
    return {"success": True}


@route("DELETE", App, "subscriptions")
def unsubscribe_app(graph, app, call):
    """Want to hear nothing more."""
    for kind in [call.text("object")] if call.text("object") else list(app.subscriptions):
        app.subscriptions.pop(kind, None)
    return {"success": True}


def is_verified(url, verify_token):
    """:return: whether the office answers the challenge with the bare challenge"""
    session = requests.Session()
    session.trust_env = False
    query = {
        "hub.mode": "subscribe",
        "hub.challenge": CHALLENGE,
        "hub.verify_token": verify_token,
    }
    try:
        answer = session.get(url, params=query, timeout=20, allow_redirects=False)
    except requests.RequestException:
        return False
    return answer.status_code == 200 and answer.text == CHALLENGE


@route("GET", Page, "subscribed_apps", "pages_manage_metadata")
@route("GET", Waba, "subscribed_apps", "whatsapp_business_management")
def read_subscribed_apps(graph, node, call):
    """Which apps hear of a Page or WABA."""
    if isinstance(node, Waba):
        ids = {"whatsapp_business_api_data": {"id": call.token.app.id, "name": call.token.app.name}}
        return {"data": [ids] if call.token.app.id in node.subscribed else []}
    return {
        "data": [
            {
                "id": app_id,
                "name": graph.apps[app_id].name,
                "subscribed_fields": sorted(names),
            }
            for app_id, names in node.subscribed.items()
        ]
    }


@route("POST", Page, "subscribed_apps", "pages_manage_metadata")
def subscribe_page(graph, page, call):
    """Success whatever the app itself is subscribed to, see protocol, section 0."""
    names = set(call.names("subscribed_fields"))
    if not names or not names <= PAGE_FIELDS:
        raise GraphError(100, details="subscribed_fields")
    page.subscribed[call.token.app.id] = names
    return {"success": True}


@route("POST", Waba, "subscribed_apps", "whatsapp_business_management")
def subscribe_waba(graph, waba, call):
    """Tell this app of the WABA's numbers."""
    waba.subscribed.add(call.token.app.id)
    return {"success": True}


@route("DELETE", Page, "subscribed_apps", "pages_manage_metadata")
@route("DELETE", Waba, "subscribed_apps", "whatsapp_business_management")
def unsubscribe(graph, node, call):
    """Tell this app nothing more."""
    if isinstance(node, Waba):
        node.subscribed.discard(call.token.app.id)
    else:
        node.subscribed.pop(call.token.app.id, None)
    return {"success": True}

"""What a network says about our access: asked when connecting and every day. Writes no records."""

from dataclasses import dataclass
from datetime import datetime

from ...gateways.base import CredentialsError, PermissionMissing
from ...gateways.meta import page_connection, whatsapp_calls
from ...gateways.meta.page import Page

# object of the app's subscription: fields that we need
WANTED_FIELDS = {
    "page": page_connection.WANTED_FIELDS,
    "whatsapp_business_account": whatsapp_calls.WANTED_FIELDS,
}
# Without them nothing can be sent, or nothing is told.
NEEDED = (
    "pages_messaging",
    "pages_manage_metadata",
    "whatsapp_business_messaging",
    "whatsapp_business_management",
)


@dataclass(frozen=True)
class Finding:
    """How an access stands.

    :param datetime | None expires_on: None when it does not end
    :param tuple granted, missing: names of permissions
    :param str subscription: value of ``subscription_state``, empty when nobody knows
    :param str detail: what of the subscription lacks
    :param bool mended: the Page or account told us nothing any more, and was asked to again
    """

    expires_on: datetime | None = None
    granted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    subscription: str = ""
    detail: str = ""
    mended: bool = False


def inspect_page(config, address):
    """:param MetaConfig config: of the Page
    :param str address: of our webhook
    :rtype: Finding
    :raises GatewayError: the token is dead, or Meta cannot be asked
    """
    connection = Page(config).connection
    token = check_token(connection.inspect())
    missing = page_connection.find_missing_permissions(token, config.external_id)

    def mend():
        lacking = page_connection.find_missing_fields(connection.get_subscribed_fields())
        if lacking:
            connection.subscribe()
        return bool(lacking)

    return _finish(connection, token, missing, page_connection.PERMISSIONS, "page", address, mend)


def inspect_number(gateway, address):
    """:param WhatsAppGateway gateway: of the number
    :param str address: of our webhook
    :rtype: Finding
    :raises GatewayError: as of ``inspect_page``
    """
    config, wanted = gateway.config, whatsapp_calls.PERMISSIONS
    connection = page_connection.PageConnection(gateway.graph)
    token = check_token(connection.inspect())
    missing = page_connection.find_missing_permissions(token, config.account_id, wanted)

    def mend():
        lacking = config.app_id not in gateway.list_subscriptions()
        if lacking:
            gateway.subscribe()
        return lacking

    topic = "whatsapp_business_account"
    return _finish(connection, token, missing, wanted, topic, address, mend)


def inspect_bot(gateway):
    """:param ViberGateway gateway: with our ``webhook_url``
    :rtype: Finding
    :raises GatewayError: as of ``inspect_page``
    """
    known = gateway.get_account_info()
    told = known.webhook == gateway.config.webhook_url
    return Finding(subscription="complete" if told else "app", detail="" if told else known.webhook)


def check_token(token):
    """:param TokenInfo token: as Meta tells it
    :return: the same
    :raises CredentialsError: it is dead
    """
    if not token.valid:
        raise CredentialsError(token.detail or "the access token is not valid any more")
    return token


def find_subscription(connection, topic, address):
    """What the app is told.

    :param PageConnection connection: with the app's id and secret
    :param str topic: as of ``WANTED_FIELDS``
    :param str address: of our webhook
    :return: a value of ``subscription_state``, and what lacks
    :rtype: tuple[str, str]
    """
    app = connection.get_app_subscription(topic)
    if not app.active or app.callback_url != address:
        return "app", app.callback_url
    lacking = page_connection.find_missing_fields(app.fields, WANTED_FIELDS[topic])
    return ("fields" if lacking else "complete"), ", ".join(lacking)


def _finish(connection, token, missing, wanted, topic, address, mend):
    mended = False
    try:
        mended = mend()
        state, detail = find_subscription(connection, topic, address)
    except PermissionMissing as error:
        state, detail = "page", error.detail
    ends = [moment for moment in (token.expires_at, token.data_expires_at) if moment]
    return Finding(
        expires_on=min(ends, default=None),
        granted=tuple(name for name in wanted if name not in missing),
        missing=tuple(missing),
        subscription=state,
        detail=detail,
        mended=mended,
    )

"""A bot on Viber: messages to people who wrote to it or subscribed (Viber bot API 7.3)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from .. import http, signature
from ..base import (
    ConfigurationError,
    FailureReason,
    Gateway,
    GatewayConfig,
    PermanentError,
    SendResult,
)
from ..capability import MEGABYTE, Capability, MediaLimit
from ..content import AddressKind, MediaKind
from ..media import download
from ..values import as_list, as_text, load, read_id
from .viber_body import build_body, build_sender, check_content, dump
from .viber_errors import read_answer
from .viber_events import read_event

BASE_URL = "https://chatapi.viber.com/pa"
# Messages come in any case; the other events only when they are asked for.
EVENT_TYPES = (
    "delivered",
    "seen",
    "failed",
    "subscribed",
    "unsubscribed",
    "conversation_started",
)
# A shorter text is not looked for in the provider's words: it would blot out innocent ones.
SHORTEST_PRIVATE = 6
DOCUMENT = MediaLimit(50 * MEGABYTE)


@dataclass(frozen=True)
class ViberConfig(GatewayConfig):
    """What a bot needs besides; ``access_token`` is its token, which signs and sends,
    ``external_id`` its id.

    :param str sender_name: what people see as the sender, 28 characters at most
    :param str sender_avatar: public address of a picture of at most 100 kB
    :param str welcome: said to whoever opens the chat for the first time; empty: nothing
    """

    sender_name: str = ""
    sender_avatar: str = ""
    welcome: str = ""


@dataclass(frozen=True)
class ViberAccount:
    """What Viber knows of a bot.

    :param str webhook: address that it calls; empty: none
    :param tuple event_types: events that it tells beside messages
    """

    id: str
    name: str = ""
    uri: str = ""
    country: str = ""
    webhook: str = ""
    event_types: tuple[str, ...] = ()


class ViberGateway(Gateway):
    """One bot. It takes no files, only public addresses of files."""

    kind = "viber"
    config_class = ViberConfig
    required_config = ("access_token", "sender_name")
    has_webhook = True
    kept_headers = ("x-viber-content-signature",)
    capability = Capability(
        addresses=frozenset({AddressKind.VIBER}),
        text_length=7000,
        caption_length=512,
        media={
            MediaKind.IMAGE: MediaLimit(
                MEGABYTE, frozenset({"image/jpeg", "image/png", "image/gif"})
            ),
            MediaKind.VIDEO: MediaLimit(26 * MEGABYTE, frozenset({"video/mp4"})),
            MediaKind.AUDIO: DOCUMENT,
            MediaKind.VOICE: DOCUMENT,
            MediaKind.DOCUMENT: DOCUMENT,
            MediaKind.STICKER: MediaLimit(MEGABYTE),
        },
        media_count=1,
        location=True,
        contacts=True,
        read_receipts=True,
    )

    # === SENDING === #

    def check(self, message):
        """Refuse what Viber does not take, among it more than 30 kB of request."""
        self.capability.check(message)
        if not message.address.value.strip() or not message.address.value.isprintable():
            raise PermanentError(reason=FailureReason.NUMBER_INVALID)
        check_content(message)
        dump(self._build_body(message))

    def send(self, message):
        """Hand one message over; its token comes back with the receipts."""
        private = (
            message.address.value,
            *(
                text if len(text) >= SHORTEST_PRIVATE else ""
                for text in (message.content.text, *self._get_contact_words(message))
            ),
        )
        content = self._call("send_message", self._build_body(message), private)
        return SendResult(provider_ref=read_id(content.get("message_token")))

    def _build_body(self, message):
        name = message.sender or self.config.sender_name
        return build_body(message, build_sender(name, self.config.sender_avatar))

    @staticmethod
    def _get_contact_words(message):
        for contact in message.content.contacts:
            yield contact.name
            yield from contact.phones

    def _call(self, path, body, private=()):
        """One request with the bot's token.

        :param private: what else is masked in errors
        :return: the accepted answer
        :rtype: dict
        """
        token = self.config.access_token.strip()
        answer = http.call(
            "POST",
            f"{self._get_base_url()}/{path}",
            data=dump(body),
            headers={
                "Content-Type": "application/json; charset=utf-8",
                # as bytes: requests would refuse what Latin-1 lacks
                "X-Viber-Auth-Token": token.encode(),
            },
            auth=http.Bearer(),
            secrets=(token, self.config.app_secret, *private),
        )
        return read_answer(answer)

    def _get_base_url(self):
        base_url = self.config.base_url.strip().rstrip("/") or BASE_URL
        if not urlsplit(base_url).netloc:
            raise ConfigurationError(f"the address must look like {BASE_URL}")
        return base_url

    def download(self, media):
        """Read the bytes of a file that a person sent; its address lives for an hour or so.

        :rtype: media.Download
        """
        here = http.is_this_machine(self.config.base_url)
        secrets = (self.config.access_token,)
        return download(media, DOCUMENT.size, secrets=secrets, allow_loopback=here)

    # === CONNECTING === #

    def set_webhook(self):
        """Ask Viber to call us back at ``webhook_url``; it tries the address at once, before it
        answers. Without an address it calls nobody any more.

        :return: the events that it will tell beside messages
        :rtype: tuple[str, ...]
        :raises GatewayError: ``ConfigurationError`` when our address did not answer well
        """
        url = self.config.webhook_url
        options = {"event_types": EVENT_TYPES, "send_name": True, "send_photo": True}
        content = self._call("set_webhook", {"url": url, **options} if url else {"url": ""})
        return tuple(filter(None, map(as_text, as_list(content.get("event_types")))))

    def get_account_info(self):
        """:return: what Viber knows of the bot: its id is ``external_id``
        :rtype: ViberAccount
        :raises GatewayError: the bot could not be asked
        """
        content = self._call("get_account_info", {})
        texts = {name: as_text(content.get(name)) for name in ("name", "uri", "country", "webhook")}
        event_types = filter(None, map(as_text, as_list(content.get("event_types"))))
        return ViberAccount(read_id(content.get("id")), event_types=tuple(event_types), **texts)

    # === WEBHOOK === #

    def verify(self, request):
        """Viber signs the raw body with the bot's token."""
        given = request.headers.get("x-viber-content-signature", "")
        signature.verify_body(self.config.access_token.strip(), request.body, given)

    def parse(self, request):
        """One request is one event; a repeated one has the same token.

        :raises ValueError: the body is not what Viber sends
        """
        return read_event(load(request.body), self.config.external_id)

    def get_welcome(self, request):
        """What to answer in the body of the HTTP answer to a person who opens the chat.

        :param InboundRequest request: a verified one
        :return: a JSON object, None when nothing is to be said
        :rtype: dict | None
        """
        welcome = self.config.welcome.strip()
        try:
            content = load(request.body) if welcome else {}
        except ValueError:
            return None
        if content.get("event") != "conversation_started" or content.get("subscribed") is True:
            return None
        sender = build_sender(self.config.sender_name, self.config.sender_avatar)
        text = welcome[: self.capability.text_length]
        return {"min_api_version": 1, "sender": sender, "type": "text", "text": text}

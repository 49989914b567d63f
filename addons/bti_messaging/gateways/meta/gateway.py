"""What the gateways of Meta have in common."""

from dataclasses import replace

from .. import http, media
from ..base import FailureReason, Gateway, PermanentError
from ..media import LinkExpired
from . import webhook
from .graph import Graph, MetaConfig

# A shorter text is not looked for in Meta's words: it would blot out innocent ones.
SHORTEST_PRIVATE = 6


class MetaGateway(Gateway):
    """One Page or one WhatsApp number; several of them share an app, its address and its secret.

    :ivar Graph graph: for whatever the gateway has no method for
    """

    config_class = MetaConfig
    required_config = ("access_token", "app_secret", "verify_token", "external_id")
    has_webhook = True
    kept_headers = (webhook.SIGNATURE,)

    def __init__(self, config):
        super().__init__(config)
        self.graph = Graph(config)

    @property
    def usage(self):
        """How much of what Meta allows is used up, as the last answer told.

        :rtype: Usage
        """
        return self.graph.usage

    def challenge(self, request):
        """Meta's handshake."""
        return webhook.answer_challenge(self.config.verify_token, request)

    def verify(self, request):
        """Meta signs the bytes with the app's secret."""
        webhook.verify(self.config.app_secret, request)

    def get_readers(self):
        """What this gateway reads of a request that may hold things of several networks.

        :return: {(object, field): function of a ``webhook.Item`` that gives its events}
        :rtype: dict
        """
        return {}

    def parse(self, request):
        """Read the things of all accounts; ``Event.account`` tells them apart.

        :raises ValueError: the body is no JSON object
        """
        return webhook.parse(request, self.get_readers())

    def prepare(self, message):
        """Hand over the files of a message: Meta keeps them for it."""
        content = message.content
        if not any(media.content for media in content.media):
            return message
        files = tuple(self.upload(item) if item.content else item for item in content.media)
        return replace(message, content=replace(content, media=files))

    def fetch(self, media):
        """Read a file; a dead address is asked for again, where Meta gives another one."""
        if not media.url:
            return self.download(self.lookup_media(media))
        try:
            return self.download(media)
        except LinkExpired:
            if not media.media_id:
                raise
            return self.download(self.lookup_media(media))

    def lookup_media(self, media):
        """Hook: where a file can be read now.

        :param Media media: from a person, with its ``media_id``
        :return: the same with a fresh address
        :rtype: Media
        """
        raise PermanentError("the file has no address", reason=FailureReason.MEDIA)

    def _get_private(self, message):
        """What must not be read in an error or a log beside the secrets: what the message says to
        whom.

        :param OutgoingMessage message: being sent
        """
        text = message.content.text
        return (text if len(text) >= SHORTEST_PRIVATE else "", message.address.value)

    def _download(self, file, limit, token_hosts=()):
        """:return: as of ``media.download``, from Meta's hosts or the server that plays them"""
        here = http.is_this_machine(self.config.base_url)
        return media.download(
            file,
            limit,
            token=self.config.access_token if token_hosts else "",
            token_hosts=(*token_hosts, "127.0.0.1", "localhost") if here else token_hosts,
            secrets=(self.config.app_secret,),
            allow_loopback=here,
        )

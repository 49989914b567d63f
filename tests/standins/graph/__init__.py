"""Meta's Graph: Messenger, the Page with its comments and leads, WhatsApp."""

from .standin import GraphStandIn

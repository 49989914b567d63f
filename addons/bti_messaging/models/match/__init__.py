"""A number that somebody gives on a network proposes who he is; nothing is merged silently."""

from . import bti_identity_match
from . import bti_message
from . import bti_identity

"""Conversations between clients and agents on the live chat screen of Discuss."""

from . import discuss_channel
from . import content
from . import answer
from . import guard
from . import bti_identity
from . import bti_channel
from . import bti_message
from . import res_users

"""Messenger, WhatsApp, Viber: apps of networks, their channels, and what may be written when."""

from . import bti_account
from . import bti_channel
from . import bti_inbox
from . import bti_identity
from . import bti_media
from . import window
from . import bti_event
from . import answer
from . import held
from . import screen
from . import profile
from . import pace
from . import inspection
from . import connection

"""Messages on their way out: queued, sent, tried again, taken over, kept for a while."""

from . import bti_message
from . import content
from . import states
from . import bti_channel
from . import queue
from . import recovery
from . import sending
from . import retry
from . import takeover
from . import waiting
from . import order
from . import expiry
from . import retention
from . import link

"""Messages on their way out: queued, sent, tried again, taken over, kept for a while."""

from . import bti_message
from . import sending
from . import retry
from . import takeover
from . import waiting
from . import retention
from . import link

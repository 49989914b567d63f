"""What comes in: stored as received, made into facts and messages of somebody known."""

from . import bti_inbox
from . import bti_event
from . import bti_event_message
from . import bti_event_duplicate
from . import bti_identity
from . import bti_identity_stale
from . import bti_message
from . import bti_channel

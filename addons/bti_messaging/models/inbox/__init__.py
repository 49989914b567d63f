"""What comes in: stored as received, made into facts and messages of somebody known."""

from . import retry
from . import bti_inbox
from . import bti_event
from . import bti_event_message
from . import bti_identity
from . import recognition
from . import bti_message
from . import recipient
from . import changes
from . import elsewhere
from . import history
from . import bti_channel
from . import language

"""Texts that WhatsApp approves beforehand: kept, submitted, followed, filled in and sent."""

from . import bti_template
from . import links
from . import header
from . import wording
from . import bti_template_parameter
from . import preview
from . import network
from . import find
from . import sms_template
from . import bti_message
from . import bti_channel
from . import bti_event
from . import discuss_channel

from . import bti_channel_choice
from . import bti_privacy

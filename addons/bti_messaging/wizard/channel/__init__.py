from . import bti_channel_test
from . import bti_channel_choice

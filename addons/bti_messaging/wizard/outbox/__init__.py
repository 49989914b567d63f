from . import bti_channel_test
from . import bti_message_retry

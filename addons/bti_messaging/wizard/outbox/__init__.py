from . import bti_message_retry

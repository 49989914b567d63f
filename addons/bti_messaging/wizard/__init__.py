from . import bti_channel_test

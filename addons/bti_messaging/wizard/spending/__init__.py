from . import bti_channel_choice

"""Answers prepared beforehand: an agent's canned ones with fields, and the acknowledgement out of
working hours."""

from . import canned_response
from . import discuss_channel
from . import acknowledgement
from . import bti_message

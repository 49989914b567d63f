"""Messenger from the show-case: links and QR codes that say where a person comes from."""

from . import bti_page_link
from . import bti_identity

"""Telling a client something by the cheapest way that he accepts."""

from . import connected
from . import ways
from . import res_partner
from . import res_company
from . import res_config_settings
from . import mail_thread
from . import bti_message

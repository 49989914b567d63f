"""Phone numbers as they stand in people's files, and the one to which an SMS goes."""

from . import base
from . import bti_number_search_mixin
from . import mail_thread
from . import mail_thread_phone
from . import res_partner

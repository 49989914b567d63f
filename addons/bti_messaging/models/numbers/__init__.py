"""Phone numbers as they stand in people's files, and the one to which an SMS goes."""

from . import base
from . import mail_thread
from . import res_partner

"""How each client behaves: figures per client and company, counted by SQL at night."""

from . import scope
from . import bti_client_stat
from . import counting
from . import writing
from . import refresh
from . import enquiries
from . import marking
from . import res_partner

"""Who a client is: kind, fiscal numbers, bank, and what his file counts."""

from . import bti_client_kind
from . import res_partner
from . import fiscal_numbers
from . import res_partner_bank
from . import res_users

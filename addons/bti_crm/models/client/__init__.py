"""Who a client is: kind, fiscal numbers, bank."""

from . import bti_client_kind
from . import res_partner
from . import res_partner_fiscal
from . import res_partner_bank
from . import res_company
from . import res_users

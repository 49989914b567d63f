"""Who a client is, how he is reached, what his file counts: kind, phones, fiscal numbers, bank."""

from . import bti_client_kind
from . import bti_fact_mixin
from . import bti_phone_use
from . import bti_client_phone
from . import res_partner
from . import phones
from . import fiscal_numbers
from . import res_partner_bank
from . import res_users

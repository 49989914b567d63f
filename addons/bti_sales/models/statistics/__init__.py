"""What clients order, receive, owe and refuse, and which class follows from it."""

from . import bti_client_class
from . import bti_client_formula
from . import bti_client_sums_mixin
from . import bti_client_stat
from . import bti_client_stat_product
from . import orders
from . import goods
from . import deliveries
from . import payments
from . import ranking
from . import marking
from . import res_partner

from . import sale_rule_check
from . import sale_advance_payment_inv

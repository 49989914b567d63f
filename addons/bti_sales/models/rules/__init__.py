"""What an order must satisfy before it is confirmed, loaded or signed."""

from . import sale_rule
from . import kinds
from . import sale_rule_hit
from . import signature
from . import sale_order
from . import sale_order_line
from . import approval
from . import layout_study
from . import deposit
from . import deduction
from . import payment_transaction

from . import delivery_correction
from . import plan_loads
from . import price_import
from . import stock_picking_return
from . import transport_option_add
from . import sale_rule_check
from . import price_sheet
from . import sale_advance_payment_inv

"""Ex-works or delivered: zones, price of transport, services on site."""

from . import res_partner
from . import res_company
from . import product_template
from . import account_tax
from . import delivery_price_rule
from . import delivery_carrier
from . import sale_order
from . import sale_order_price
from . import sale_order_charge
from . import load_panel
from . import transport_option
from . import sale_order_option
from . import sale_order_line
from . import stock_picking

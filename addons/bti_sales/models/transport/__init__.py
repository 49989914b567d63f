"""Ex-works or delivered: zones, price of transport, services on site."""

from . import place_distance
from . import res_partner
from . import res_company
from . import delivery_price_rule
from . import delivery_carrier
from . import delivery_carrier_cache
from . import sale_order
from . import load_panel
from . import transport_option
from . import sale_order_line
from . import stock_picking

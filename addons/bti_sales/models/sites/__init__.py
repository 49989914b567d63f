"""What a site needs specially, on orders and loads; what was delivered of what it declared."""

from . import sale_order
from . import stock_picking
from . import bti_site_quantity

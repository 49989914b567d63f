"""Photos by link on deliveries and orders, and photos of products for clients."""

from . import stock_picking
from . import sale_order
from . import product_photos

"""Bricks in whole pieces: pallets, loose pieces and weight of whatever carries them."""

from . import uom_uom
from . import product_category
from . import product_template
from . import product_product
from . import product_surface
from . import load_mixin
from . import sale_order_line
from . import sale_order
from . import sale_order_template_line
from . import account_move
from . import account_move_line
from . import stock_move

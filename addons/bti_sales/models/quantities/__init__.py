"""Bricks in whole pieces: pallets, loose pieces and weight of whatever carries them."""

from . import uom_uom
from . import uom_uom_exact
from . import product_template
from . import product_load_weight
from . import product_template_company_size
from . import product_surface
from . import product_layout_study
from . import sale_order_line
from . import sale_order_line_exact
from . import sale_order_line_units
from . import sale_order
from . import sale_order_template
from . import sale_order_template_line
from . import account_move
from . import account_move_line
from . import stock_move
from . import stock_move_exact
from . import stock_move_load

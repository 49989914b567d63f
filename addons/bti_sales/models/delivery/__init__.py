"""Loads from stage to stage, what may still change on them, and how a step is taken back."""

from . import delivery_stage
from . import delivery_step
from . import res_company
from . import stock_picking
from . import load
from . import split
from . import native
from . import sale_rule
from . import correction
from . import closed_load
from . import room
from . import stock_move
from . import sale_order_line
from . import sale_order
from . import sale_order_line_deliveries
from . import cancel

"""Loads from stage to stage, what may still change on them, and how a step is taken back."""

from . import delivery_stage
from . import delivery_step
from . import stock_picking
from . import stage_move
from . import hand_over
from . import transfer
from . import load
from . import res_partner
from . import split
from . import native
from . import native_actions
from . import correction
from . import closed_load
from . import assignment
from . import sale_order_line
from . import cancel

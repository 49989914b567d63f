"""Trips: one truck, one driver, one load per site; and the pass with which they leave."""

from . import stock_picking
from . import stock_picking_batch
from . import gate_pass_mixin
from . import gate_pass
from . import plan

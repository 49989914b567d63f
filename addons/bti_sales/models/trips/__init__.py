"""Trips: one truck, one driver, one load per site."""

from . import stock_picking
from . import stock_picking_batch
from . import batch_closed_load
from . import plan

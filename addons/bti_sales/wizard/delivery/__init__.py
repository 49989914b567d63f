from . import delivery_correction
from . import plan_loads
from . import stock_picking_return

from . import plan_loads
from . import price_import

from . import plan_loads

"""Kinds of truck and how many an order takes."""

from . import fleet_vehicle
from . import fleet_vehicle_model
from . import fleet_vehicle_model_category
from . import res_company
from . import res_partner
from . import sale_order
from . import sale_order_line
from . import account_move_line

"""Kinds of truck and how many an order takes."""

from . import fleet_vehicle_model
from . import fleet_vehicle_model_category
from . import res_company
from . import res_partner
from . import sale_order
from . import truck_share
from . import truck_share_line

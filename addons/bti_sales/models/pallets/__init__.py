"""Pallets that clients have to give back."""

from . import res_company
from . import pallet_move
from . import pallet_statement
from . import stock_picking
from . import res_partner

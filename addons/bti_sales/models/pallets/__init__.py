"""Pallets that clients have to give back."""

from . import pallet_move
from . import pallet_statement
from . import res_partner

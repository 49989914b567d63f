"""Where the goods of an order go, how far it is, and what a site can take."""

from . import place_distance
from . import res_partner
from . import sale_order

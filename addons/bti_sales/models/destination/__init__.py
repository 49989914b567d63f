"""Where the goods of an order go, and what a site can take."""

from . import res_partner
from . import res_partner_site
from . import sale_order

"""Wilayas and communes of Algeria, and where goods are wanted."""

from . import bti_place_mixin
from . import res_country_state
from . import res_city
from . import bti_site_mixin
from . import res_partner

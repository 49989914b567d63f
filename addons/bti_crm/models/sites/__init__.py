"""The sites of a client: where they are, how far they are built, what they will need."""

from . import res_partner
from . import bti_site_quantity

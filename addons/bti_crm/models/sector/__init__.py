"""Territories of the sales reps, and in which of them a client is."""

from . import bti_sector
from . import overlap
from . import res_partner

"""Segments: saved filters of clients, who is in them, who came and who left."""

from . import bti_segment
from . import membership
from . import refresh
from . import res_partner

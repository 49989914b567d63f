"""Phone numbers as they stand in people's files, and the one to which an SMS goes."""

from . import base
from . import res_partner

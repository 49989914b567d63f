"""Bonuses on the volume of a period."""

from . import bonus_rule
from . import bonus_statement
from . import account_move
from . import res_partner

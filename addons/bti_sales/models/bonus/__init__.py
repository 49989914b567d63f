"""Bonuses on the volume of a period: rule, tiers, volume, statement, credit note."""

from . import bonus_rule
from . import bonus_tier
from . import bonus_volume
from . import bonus_statement
from . import credit_note
from . import res_partner

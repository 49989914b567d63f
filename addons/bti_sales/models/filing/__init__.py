"""Photos that clients send in conversations: to which delivery or order they belong."""

from . import res_partner
from . import bti_filing_rule

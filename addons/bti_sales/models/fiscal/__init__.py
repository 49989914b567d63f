"""Stamp duty, default taxes and what accounting reads on orders."""

from . import res_company
from . import res_partner
from . import stamp_duty
from . import account_move
from . import sale_order
from . import account_chart_template

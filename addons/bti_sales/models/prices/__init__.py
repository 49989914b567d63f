"""Prices by list, form, wilaya and day: choice, announced changes, price sheets, typed prices."""

from . import res_company
from . import product_pricelist
from . import product_pricelist_item
from . import product_template
from . import price_sheet
from . import res_partner
from . import sale_order_line
from . import price_explanation
from . import account_move_line
from . import price_change
from . import price_change_line
from . import touched_offers
from . import price_watch
from . import sale_order
from . import price_mailing
from . import price_mailing_line

"""The papers themselves: pro-forma, order confirmation, delivery note, invoice."""

from . import sale_order
from . import offer_sending
from . import stock_warehouse
from . import stock_picking
from . import account_move
from . import report_menu

"""Numbered papers: pro-forma, delivery note, gate pass, invoice."""

from . import ir_sequence
from . import numbering
from . import res_currency
from . import document_mixin
from . import gate_pass_mixin
from . import sale_order
from . import stock_warehouse
from . import stock_picking
from . import stock_picking_batch
from . import account_move
from . import report_gate_pass
from . import report_menu

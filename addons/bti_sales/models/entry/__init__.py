"""What a rep types: pieces, pallets, trucks or square metres."""

from . import entry_mixin
from . import sale_order_line
from . import sale_order_template_line
from . import sale_order_catalog

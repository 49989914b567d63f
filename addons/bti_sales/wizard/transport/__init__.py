from . import transport_option_add

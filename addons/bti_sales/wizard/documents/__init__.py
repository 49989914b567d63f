from . import order_send

"""What messages on networks cost: the table by which it is estimated, and what the network tells."""

from . import bti_network_price
from . import bti_message
from . import bti_event

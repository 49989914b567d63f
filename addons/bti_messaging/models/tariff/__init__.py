"""What messages on networks cost: by a table beforehand, by the network afterwards."""

from . import bti_network_price
from . import bti_message
from . import bti_event

from . import enquiry
from . import exchange

from . import places
from . import client
from . import enquiry

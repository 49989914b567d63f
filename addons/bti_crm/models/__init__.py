from . import places
from . import client
from . import sector
from . import enquiry

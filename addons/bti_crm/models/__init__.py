from . import places
from . import client
from . import sector
from . import requirements
from . import sites
from . import enquiry
from . import statistics
from . import segments

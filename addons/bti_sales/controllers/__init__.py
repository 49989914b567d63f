from . import photo
from . import prices
from . import rules
from . import documents
from . import deliveries
from . import client_contact
from . import pallets
from . import bonus

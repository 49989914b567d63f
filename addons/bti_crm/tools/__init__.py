from . import exchange
from . import places

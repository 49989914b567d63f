from . import quantities
from . import fiscal

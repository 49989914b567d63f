from . import survey
from . import tracking

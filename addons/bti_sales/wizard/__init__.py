from . import prices
from . import transport
from . import rules
from . import delivery
from . import trips
from . import fiscal
from . import photo
from . import filing

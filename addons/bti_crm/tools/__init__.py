from . import places

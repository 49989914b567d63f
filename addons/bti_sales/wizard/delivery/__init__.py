from . import delivery_correction
from . import hand_over

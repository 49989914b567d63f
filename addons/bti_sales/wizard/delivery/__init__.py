from . import delivery_correction

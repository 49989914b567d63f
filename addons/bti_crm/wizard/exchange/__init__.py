from . import bti_privacy

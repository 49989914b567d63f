from . import bti_identity_match_decide
from . import bti_privacy

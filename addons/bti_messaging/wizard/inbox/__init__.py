from . import bti_identity_link

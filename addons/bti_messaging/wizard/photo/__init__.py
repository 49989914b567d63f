from . import bti_photo_ask
from . import bti_privacy

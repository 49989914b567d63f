from . import bti_photo_ask

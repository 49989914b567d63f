from . import test_photo_link

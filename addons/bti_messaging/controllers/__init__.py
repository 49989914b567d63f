from . import generated_text
from . import photos
from . import preferences
from . import webhook

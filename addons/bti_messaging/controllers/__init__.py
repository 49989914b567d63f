from . import generated_text
from . import preferences
from . import webhook

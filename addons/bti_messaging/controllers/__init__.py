from . import generated_text
from . import portal
from . import preferences
from . import webhook

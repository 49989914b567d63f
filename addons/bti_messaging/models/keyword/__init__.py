"""Words that clients write, what they do and what is answered."""

from . import bti_keyword
from . import language
from . import action
from . import law
from . import bti_keyword_phrase
from . import bti_message

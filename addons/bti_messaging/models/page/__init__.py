"""Comments on a Facebook Page: posts, what people write below them, what we do about it."""

from . import bti_page_post
from . import bti_page_comment
from . import thread
from . import review
from . import answer
from . import bti_page_action
from . import bti_page_rule
from . import bti_event
from . import bti_message
from . import bti_identity
from . import bti_media
from . import bti_channel

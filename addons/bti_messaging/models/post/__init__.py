"""Posts written here: text, pictures, planned, published by the Page's job, figures."""

from . import files
from . import bti_page_post_template
from . import bti_page_publication
from . import content
from . import preview
from . import bti_page_post
from . import bti_page_action
from . import publishing
from . import bti_channel
from . import bti_page_post_report

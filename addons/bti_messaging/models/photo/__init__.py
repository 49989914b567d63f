"""Photos by link: a client sends pictures of a document from his phone, without an account."""

from . import ir_attachment
from . import bti_photo_link
from . import bti_photo_file
from . import receiving
from . import filing
from . import document
from . import res_company
from . import res_config_settings

"""Files of conversations become files of documents: by a person, or by a rule."""

from . import ir_attachment
from . import res_partner
from . import bti_filing_rule
from . import bti_media
from . import discuss_channel

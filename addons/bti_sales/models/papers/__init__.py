"""What papers of all kinds share: their numbers, the e-mail that sends them, words for amounts,
addresses, and the account that is paid on.
"""

from . import numbering
from . import document_mixin
from . import paper_name_mixin
from . import money
from . import res_partner

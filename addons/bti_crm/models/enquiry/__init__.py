"""What a client wants: the lead and its needs, and where it came from."""

from . import utm_source
from . import bti_need
from . import crm_lead
from . import product_product
from . import bti_page_comment
from . import bti_page_publication
from . import bti_lead_form
from . import bti_lead_answer
from . import res_partner

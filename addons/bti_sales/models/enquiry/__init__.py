"""From the needs of an enquiry to its quotations, and what its advert brought in."""

from . import product_product
from . import res_partner
from . import crm_lead
from . import pipeline
from . import bti_need
from . import bti_page_comment
from . import bti_page_rule
from . import bti_page_publication
from . import discuss_channel
from . import bti_lead_form
from . import sale_order

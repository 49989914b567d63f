from . import bti_client_kind
from . import bti_site_mixin
from . import bti_need
from . import crm_lead
from . import res_city
from . import res_country_state
from . import res_partner
from . import utm_source

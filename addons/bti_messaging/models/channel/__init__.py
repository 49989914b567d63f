"""Numbers and accounts through which a company writes, what they cost, and their jobs."""

from . import bti_channel
from . import bti_channel_company
from . import bti_channel_secret
from . import bti_channel_job
from . import bti_channel_choice
from . import bti_channel_counter
from . import bti_channel_rate
from . import bti_channel_android
from . import bti_channel_price
from . import bti_operator
from . import res_company_trial
from . import res_company
from . import res_config_settings

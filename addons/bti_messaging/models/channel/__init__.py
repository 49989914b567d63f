"""Numbers and accounts through which a company writes, what they cost, and their jobs."""

from . import bti_channel
from . import guard
from . import job
from . import choice
from . import android
from . import bti_operator
from . import bti_channel_price
from . import res_company
from . import res_config_settings

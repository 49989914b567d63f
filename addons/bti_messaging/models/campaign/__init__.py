"""SMS campaigns: recipients, cost, pace, progress and what came of them."""

from . import bti_campaign_run
from . import mailing_mailing
from . import utm_campaign
from . import budget
from . import actions
from . import job
from . import progress
from . import estimate
from . import recipients
from . import pace
from . import statistics
from . import mailing_trace
from . import opt_out
from . import bti_message
from . import res_company

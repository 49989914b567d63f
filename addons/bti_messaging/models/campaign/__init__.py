"""SMS campaigns: recipients, cost, pace, progress and what came of them."""

from . import bti_campaign_run
from . import mailing_mailing
from . import budget
from . import control
from . import estimate
from . import idle
from . import recipients
from . import pace
from . import statistics
from . import mailing_trace
from . import bti_message
from . import bti_message_answer
from . import res_company

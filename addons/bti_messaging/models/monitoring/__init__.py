"""How channels fare: figures, alerts, balance, messages that nobody confirmed."""

from . import figures
from . import alert
from . import watch
from . import connection
from . import bti_page_comment
from . import bti_lead_answer
from . import confirmation
from . import topup
from . import balance

"""Budgets and quiet hours: what lets a message wait although its channel could send it."""

from . import rule
from . import bti_budget
from . import alert
from . import release
from . import bti_channel
from . import bti_message
from . import bti_quiet_period
from . import quiet_hours
from . import res_company

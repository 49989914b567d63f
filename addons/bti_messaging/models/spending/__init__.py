"""Budgets and quiet hours: what lets a message wait although its channel could send it."""

from . import bti_budget
from . import release
from . import bti_channel
from . import bti_message
from . import bti_quiet_period

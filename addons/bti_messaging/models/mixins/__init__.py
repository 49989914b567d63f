"""What several rooms build on: guards of fields and companies, rules, alerts, wizards."""

from . import base
from . import res_users
from . import company_guard
from . import rule
from . import alert
from . import wizard

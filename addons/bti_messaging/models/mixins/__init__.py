"""What several rooms build on: guards of fields and companies, rules, alerts, wizards, jobs."""

from . import base
from . import ir_cron
from . import res_users
from . import company_guard
from . import rule
from . import alert
from . import wizard

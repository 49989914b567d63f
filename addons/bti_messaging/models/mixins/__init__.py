"""What several rooms build on: guards, caches, rules, alerts, wizards, jobs."""

from . import base
from . import ir_cron
from . import res_users
from . import cached
from . import company_guard
from . import rule
from . import alert
from . import wizard

"""What several rooms build on: rights, caches, jobs in batches, alerts, wizards."""

from . import base
from . import batch_job
from . import ir_cron
from . import res_company
from . import res_lang
from . import res_users
from . import cached
from . import agent_action
from . import company_guard
from . import alert
from . import wizard

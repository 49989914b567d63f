from . import bti_lead_test
from . import bti_lead_backfill

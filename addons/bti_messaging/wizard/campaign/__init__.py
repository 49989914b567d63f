from . import bti_campaign_confirm
from . import mailing_sms_test

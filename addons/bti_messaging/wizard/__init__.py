from . import bti_campaign_confirm
from . import bti_channel_test
from . import mailing_sms_test

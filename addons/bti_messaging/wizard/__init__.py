from . import bti_channel_test
from . import bti_consent_ask
from . import bti_consent_record
from . import bti_privacy
from . import bti_privacy_erasure
from . import mail_compose_message
from . import privacy_lookup_wizard
from . import sms_composer

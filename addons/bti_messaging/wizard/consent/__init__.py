from . import bti_consent_ask
from . import bti_consent_record
from . import bti_privacy
from . import erasure
from . import page_comments
from . import privacy_lookup_wizard
from . import mail_compose_message
from . import sms_composer

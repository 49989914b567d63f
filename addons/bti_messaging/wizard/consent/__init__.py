from . import bti_consent_ask
from . import bti_consent_record
from . import bti_privacy
from . import erasure
from . import privacy_lookup_wizard

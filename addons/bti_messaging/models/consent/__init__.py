"""What people said about being written to: log, blacklists, questions, page of choices."""

from . import bti_consent
from . import recording
from . import state
from . import person
from . import blacklist_mixin
from . import blacklist
from . import question
from . import preference
from . import link
from . import erasure
from . import queue
from . import bti_message
from . import bti_event
from . import mailing_subscription
from . import res_partner
from . import mail_thread
from . import res_company
from . import res_config_settings

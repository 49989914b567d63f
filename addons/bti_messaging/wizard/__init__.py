from . import channel
from . import outbox
from . import inbox
from . import consent
from . import campaign
from . import odoo

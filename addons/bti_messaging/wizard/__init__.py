from . import outbox
from . import spending
from . import odoo
from . import inbox
from . import network
from . import page
from . import consent
from . import campaign

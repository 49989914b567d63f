"""What clients are told and asked about their deliveries."""

from . import base_automation
from . import automatic_message
from . import tracking
from . import notify
from . import stock_picking
from . import survey_user_input
from . import res_partner
from . import sale_order
from . import discuss_channel
from . import bti_keyword
from . import page_link
from . import sms_template

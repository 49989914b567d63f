"""Odoo's own messages on our channels: SMS, chatter, server actions, templates, the web's door."""

from . import mail_thread
from . import bti_message
from . import retention
from . import ir_actions_server
from . import bti_start_page
from . import ir_ui_menu
from . import ir_http
from . import door
from . import mail_links
from . import mail_notification
from . import sms_sms
from . import sms_template
from . import sms_length
from . import sms_tracker
from . import res_partner
from . import res_config_settings
from . import privacy_log
from . import iap_account

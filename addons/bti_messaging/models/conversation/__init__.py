"""Conversations between clients and agents on the live chat screen of Discuss."""

from . import discuss_channel
from . import discuss_channel_guard
from . import discuss_channel_member
from . import discuss_channel_screen
from . import im_livechat_channel
from . import mail_guest
from . import mail_message
from . import bti_message
from . import res_groups

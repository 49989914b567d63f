from . import base, http, kannel, log, signature, sms, sms_text

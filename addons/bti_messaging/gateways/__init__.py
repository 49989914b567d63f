from . import base, charset, http, signature, sms

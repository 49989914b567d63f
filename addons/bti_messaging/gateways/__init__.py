from . import base, capability, charset, content, errors, http, signature, sms

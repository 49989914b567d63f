from . import base, capability, charset, content, errors, file_types, http, media, signature, sms

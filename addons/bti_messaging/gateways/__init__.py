from . import (
    base,
    capability,
    charset,
    content,
    errors,
    file_types,
    http,
    media,
    meta,
    signature,
    sms,
    values,
)

from . import viber, viber_body, viber_errors, viber_events

"""Constants shared by the models, the gateways and the controllers."""

# What a message is for; a client may refuse each of them.
PURPOSES = [
    ("transactional", "Orders and Deliveries"),
    ("service", "Service Messages"),
    ("survey", "Satisfaction Questions"),
    ("marketing", "Offers and News"),
]
# Channels, budgets and quiet hours tell only offers from everything else.
TRAFFIC = [("transactional", "Transactional"), ("marketing", "Marketing")]
PURPOSE_TO_TRAFFIC = {
    purpose: "marketing" if purpose == "marketing" else "transactional" for purpose, _ in PURPOSES
}
# What is no offer and can be refused without refusing what concerns orders and deliveries.
REFUSABLE = [(purpose, label) for purpose, label in PURPOSES if purpose not in dict(TRAFFIC)]

# How a network names a person. Keys are the values of ``gateways.content.AddressKind``.
ADDRESS_KINDS = [
    ("phone", "Phone number"),
    ("wa_id", "WhatsApp number"),
    ("bsuid", "WhatsApp"),
    ("psid", "Messenger"),
    ("viber", "Viber"),
    ("facebook", "Facebook"),
    ("comment", "Facebook comment"),
]

# What a provider tells. Keys are the values of ``gateways.base.EventKind``.
EVENT_KINDS = [
    ("status", "Delivery Report"),
    ("message", "Message"),
    ("edit", "Changed Message"),
    ("withdrawal", "Withdrawn Message"),
    ("reaction", "Reaction"),
    ("read", "Read"),
    ("postback", "Button"),
    ("referral", "Came By a Link"),
    ("address", "New Number"),
    ("consent", "Consent"),
    ("control", "Conversation Handed Over"),
    ("comment", "Comment"),
    ("lead", "Form Filled In"),
    ("template", "Approved Text"),
    ("account", "Account"),
    ("unknown", "Unknown"),
]

# Why a message was not delivered. Keys are the values of ``gateways.base.FailureReason``.
FAILURE_TYPES = [
    ("no_channel", "No active messaging channel"),
    ("too_long", "Too long for the channel"),
    ("empty", "No text"),
    ("number_missing", "Missing number"),
    ("number_invalid", "Wrong number"),
    ("not_mobile", "Not a mobile number: it cannot receive an SMS"),
    ("refused", "Refused by the provider"),
    ("undelivered", "Not delivered to the phone"),
    ("expired", "Expired before delivery"),
    ("rejected", "Rejected by the operator"),
    ("opted_out", "The client does not want any"),
    ("stopped", "The campaign was stopped"),
    ("unsupported", "The network does not carry it"),
    ("media", "The file is too large or of a type that the network refuses"),
    ("template", "The approved text is missing, was changed or stopped"),
    ("window_closed", "Too long since the person last wrote"),
    ("unreachable", "The person takes no messages from us"),
    ("error", "Technical error"),
]

# The same in the words of Odoo's own SMS failure types.
FAILURE_TO_SMS_FAILURE_TYPE = {
    "no_channel": "bti_no_channel",
    "too_long": "sms_too_long",
    "empty": "sms_server",
    "number_missing": "sms_number_missing",
    "number_invalid": "sms_number_format",
    "not_mobile": "sms_not_mobile",
    "refused": "sms_rejected",
    "undelivered": "sms_not_delivered",
    "expired": "sms_expired",
    "rejected": "sms_rejected",
    "opted_out": "sms_optout",
    "stopped": "sms_stopped",
    "unsupported": "sms_server",
    "media": "sms_server",
    "template": "sms_server",
    "window_closed": "sms_server",
    "unreachable": "sms_not_delivered",
    "error": "sms_server",
}
# Failure types that this addon adds to sms.sms and mail.notification.
OWN_SMS_FAILURE_TYPES = [
    ("bti_no_channel", "No Messaging Channel"),
    ("sms_too_long", "Message Too Long"),
    ("sms_not_mobile", "Not a Mobile Number"),
    ("sms_stopped", "Campaign Stopped"),
]

# Why a whole channel cannot send. Keys are the values of ``gateways.base.ChannelProblem``.
CHANNEL_PROBLEMS = [
    ("credentials", "The provider refuses the user name or the password"),
    ("configuration", "The address is not that of the provider's sending page"),
    ("permission", "The provider does not grant a right that is needed"),
    ("blocked", "The provider has stopped the account"),
    ("unreachable", "The provider cannot be reached"),
    ("busy", "The provider asks to slow down"),
]
# Those of them that time does not mend.
PROBLEMS_FOR_ADMIN = ("credentials", "configuration", "permission", "blocked")

# The webhook route.
WEBHOOK_PATH = "/bti/webhook"
WEBHOOK_MAX_BODY = 1024 * 1024  # bytes
WEBHOOK_LIMIT = (30000, 60)  # calls, seconds: per address, well above a busy gateway
WEBHOOK_REFUSED_LIMIT = (60, 60)  # calls, seconds: wrong keys and signatures per address

# Rows handled between two commits and given up after so many tries.
INBOX_BATCH = 200
EVENT_MAX_TRIES = 12
GC_LIMIT = 10000

# The scheduled action that looks after channels and budgets.
WATCH_JOB = "bti_messaging.ir_cron_watch_channels"

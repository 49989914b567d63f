{
    "name": "Bench: bare storing route",
    "summary": "What any route must do that stores a call: the measure for the webhook.",
    "author": "BTI",
    "license": "LGPL-3",
    "version": "19.0.1.0.0",
    "depends": ["base"],
    "installable": True,
}

{
    "name": "Messaging Channels",
    "summary": "Send SMS through your own gateways, with a durable queue and delivery reports",
    "version": "19.0.1.0.0",
    "category": "Marketing",
    "author": "BTI e-CRM",
    "website": "https://github.com/bti-ecrm/bti-ecrm",
    "license": "LGPL-3",
    "depends": [
        "mail",
        "contacts",
        "phone_validation",
        # res.company.sms_provider, the per-company choice of an SMS provider; brings sms
        "sms_twilio",
        "portal",
        # the conversation screen of outside people
        "im_livechat",
        # campaigns; brings mass_mailing, link_tracker, utm
        "mass_mailing_sms",
        "privacy_lookup",
    ],
    "external_dependencies": {"python": ["phonenumbers"]},
    "data": [
        "security/bti_messaging_groups.xml",
        "security/ir.model.access.csv",
        "security/bti_messaging_rules.xml",
        "views/bti_message_views.xml",
        "views/bti_channel_views.xml",
        "views/bti_channel_android_views.xml",
        "views/bti_inbox_views.xml",
        "views/bti_event_views.xml",
        "views/ir_actions_server_views.xml",
        "views/res_partner_views.xml",
        "views/res_config_settings_views.xml",
        "wizard/bti_channel_test_views.xml",
        "views/bti_messaging_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "bti_messaging/static/src/**/*",
        ],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "application": True,
}

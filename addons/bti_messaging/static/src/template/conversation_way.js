import { _t } from "@web/core/l10n/translation";

import { conversationWays } from "../discuss/conversation_ways";

/** Past the window the composer is gone, and its button of approved texts with it. */
conversationWays.add(
    "template",
    {
        isShown: (thread) => thread.bti_takes_templates,
        label: () => _t("Send an Approved Text"),
        icon: "fa fa-whatsapp",
        async open(thread, env) {
            const { orm, action } = env.services;
            action.doAction(
                await orm.call("discuss.channel", "action_bti_send_template", [thread.id])
            );
        },
    },
    { sequence: 10 }
);

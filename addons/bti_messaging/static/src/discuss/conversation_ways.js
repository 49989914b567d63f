import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Other ways to reach the person of a conversation, shown as buttons once its window is closed.
 *
 * Each: ``isShown(thread)``, ``label(thread)``, ``icon``, and ``open(thread, env)``, which returns
 * a promise.
 */
export const conversationWays = registry.category("bti_conversation_ways");

conversationWays.add("sms", {
    isShown: (thread) => Boolean(thread.bti_screen?.sms_number),
    label: (thread) => _t("Send an SMS to %(number)s", { number: thread.bti_screen.sms_number }),
    icon: "fa fa-mobile",
    async open(thread, env) {
        const { orm, action } = env.services;
        action.doAction(await orm.call("discuss.channel", "action_bti_write_sms", [thread.id]));
    },
});

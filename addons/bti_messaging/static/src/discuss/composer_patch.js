import { Composer } from "@mail/core/common/composer";
import { UseSuggestion } from "@mail/core/common/suggestion_hook";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";

import { AnswerChips, warnMissing } from "./answer_chips";
import { ConversationBar } from "./conversation_bar";

Composer.components = { ...Composer.components, AnswerChips, ConversationBar };

patch(Composer.prototype, {
    setup() {
        super.setup(...arguments);
        this.btiOrm = useService("orm");
        this.btiNotification = useService("notification");
    },
    /** The conversation with somebody outside in which this writes, if it is one. */
    get btiOutside() {
        const thread = this.props.composer.thread;
        return thread?.bti_is_outside ? thread : undefined;
    },
});

patch(UseSuggestion.prototype, {
    /** In a conversation with a client the fields of a canned answer are filled for him. */
    async insert(option) {
        const thread = this.comp.btiOutside;
        if (!thread || !option.cannedResponse || !option.label.includes("{")) {
            return super.insert(option);
        }
        const filled = await this.comp.btiOrm.call("discuss.channel", "bti_fill_response", [
            thread.id,
            option.cannedResponse.id,
        ]);
        super.insert({ ...option, label: filled.text });
        warnMissing(this.comp.btiNotification, filled.missing);
    },
});

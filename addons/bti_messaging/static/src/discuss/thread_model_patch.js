import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { patch } from "@web/core/utils/patch";

import { describeWindow } from "./window";

/** A conversation with somebody outside: nothing to call him on, and a network with its rules. */
patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        this.bti_is_outside = fields.Attr(false);
        /** Another program answers the person. */
        this.bti_is_held = fields.Attr(false);
        /** See discuss.channel._bti_get_screen(). */
        this.bti_screen = fields.Attr(false);
    },
    get allowCalls() {
        return super.allowCalls && !this.bti_is_outside;
    },
    /** How long the network lets us write, as of now; undefined where it always does. */
    get btiWindow() {
        const { has_window: limited, until, human_until: human } = this.bti_screen || {};
        if (!limited || this.livechat_end_dt) {
            return undefined;
        }
        const moment = (text) => text && deserializeDateTime(text).toMillis();
        return describeWindow(moment(until), moment(human), this.store.btiNow);
    },
    /** Whether an agent can write now. */
    get btiMayWrite() {
        return !this.bti_is_held && this.btiWindow?.state !== "closed";
    },
});

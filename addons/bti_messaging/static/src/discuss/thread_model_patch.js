import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";
import { patch } from "@web/core/utils/patch";

/** A conversation with somebody outside goes by SMS: there is nothing to call him on. */
patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        this.bti_is_outside = fields.Attr(false);
    },
    get allowCalls() {
        return super.allowCalls && !this.bti_is_outside;
    },
});

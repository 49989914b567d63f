import "@im_livechat/core/common/thread_patch";
import { Thread } from "@mail/core/common/thread";
import { patch } from "@web/core/utils/patch";

patch(Thread.prototype, {
    /** Somebody outside is never online here: that he is not says nothing. */
    get showVisitorDisconnected() {
        return super.showVisitorDisconnected && !this.props.thread.bti_is_outside;
    },
});

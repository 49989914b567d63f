import { Component } from "@odoo/owl";

import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { conversationWays } from "./conversation_ways";

/** Above the composer: until when the network takes an answer, who else answers, what is still
 * possible. */
export class ConversationBar extends Component {
    static template = "bti_messaging.ConversationBar";
    static props = ["thread"];

    setup() {
        this.store = useService("mail.store");
        this.orm = useService("orm");
        this.dialog = useService("dialog");
    }

    get thread() {
        return this.props.thread;
    }

    get text() {
        const { state, left } = this.thread.btiWindow;
        const network = this.thread.bti_screen.network;
        if (state === "human") {
            return _t(
                "%(network)s takes only what you write yourself, for %(left)s more: nothing automatic.",
                { network, left }
            );
        }
        if (state === "closed") {
            return this.ways.length
                ? _t("%(network)s takes no answer so long after the client's last message. Still possible:", { network })
                : _t("%(network)s takes no answer so long after the client's last message: he has to write first.", { network });
        }
        return _t("Closes in %(left)s", { left });
    }

    get ways() {
        return conversationWays.getAll().filter((way) => way.isShown(this.thread));
    }

    openWay(way) {
        return way.open(this.thread, this.env);
    }

    takeOver() {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Take the conversation over?"),
            body: _t(
                "Another program answers this person. From now on you answer, and it stops: two who answer at once confuse the client."
            ),
            confirmLabel: _t("Take over"),
            cancelLabel: _t("Leave it"),
            confirm: () =>
                this.orm.call("discuss.channel", "action_bti_take_over", [this.thread.id]),
            cancel: () => {},
        });
    }
}

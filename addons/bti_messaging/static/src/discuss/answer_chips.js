import { Component, useEffect, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** Canned answers that the client's last words propose, filled for him; a touch puts one into the
 * composer, where the agent may change it. */
export class AnswerChips extends Component {
    static template = "bti_messaging.AnswerChips";
    static props = ["composer"];

    setup() {
        this.store = useService("mail.store");
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ proposals: [] });
        useEffect(
            () => {
                this.load();
            },
            () => [this.thread.id, this.lastId]
        );
    }

    get thread() {
        return this.props.composer.thread;
    }

    /** Of the last message, whoever wrote it: an answer ends the proposals. */
    get lastId() {
        return this.thread.newestPersistentMessage?.id;
    }

    async load() {
        const { thread, lastId } = this;
        if (!lastId) {
            return;
        }
        let proposals = [];
        try {
            proposals = await this.orm.silent.call("discuss.channel", "bti_get_proposals", [
                thread.id,
            ]);
        } catch {
            // proposals are a help: without them he writes himself
        }
        if (thread.eq(this.thread) && lastId === this.lastId) {
            this.state.proposals = proposals;
        }
    }

    use(proposal) {
        const { composer } = this.props;
        // what he has typed himself stays; the answer of another chip goes
        const typed = composer.composerText.trim();
        const own = typed && typed !== this.put?.trim();
        composer.composerText = own ? `${typed}\n${proposal.text}` : proposal.text;
        this.put = proposal.text;
        const response = this.store["mail.canned.response"].insert({ id: proposal.id });
        composer.cannedResponses.push(response);
        composer.autofocus++;
        warnMissing(this.notification, proposal.missing);
    }
}

/** Say which fields of an answer nothing is known for: they stay in the text, to be written. */
export function warnMissing(notification, missing) {
    if (missing.length) {
        notification.add(
            _t("Nothing is known for: %(fields)s. Write it yourself.", {
                fields: missing.join(", "),
            }),
            { type: "warning" }
        );
    }
}

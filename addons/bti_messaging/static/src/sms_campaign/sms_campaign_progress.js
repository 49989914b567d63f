import { Component, onWillDestroy, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Time between two looks at a campaign on its way, in milliseconds. */
export const INTERVAL = 2000;
/** The same once it is sent, while reports still come in. */
export const REPORT_INTERVAL = 15000;

/** How far an SMS campaign is. Asks again while it is on its way and the window is looked at. */
export class SmsCampaignProgress extends Component {
    static template = "bti_messaging.SmsCampaignProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ progress: null });
        this.timer = null;
        onWillStart(() => this.refresh());
        onWillUpdateProps((nextProps) => {
            // not awaited: the form need not wait for the figures
            this.refresh(nextProps.record);
        });
        onWillDestroy(() => {
            this.destroyed = true;
            browser.clearTimeout(this.timer);
        });
    }

    async refresh(record = this.props.record) {
        browser.clearTimeout(this.timer);
        if (!record.resId) {
            return;
        }
        if (!document.hidden) {
            const known = this.state.progress;
            let progress;
            try {
                progress = await this.orm.silent.call("mailing.mailing", "get_sms_progress", [
                    record.resId,
                ]);
            } catch {
                this.plan(); // the server is away for a moment: the form stays, we ask again
                return;
            }
            if (this.destroyed) {
                return;
            }
            this.state.progress = progress;
            const changed =
                progress.state !== record.data.state || progress.paused !== record.data.sms_paused;
            if (known && changed && !(await record.isDirty())) {
                // the buttons and the figures of the form follow
                await record.load();
            }
        }
        this.plan();
    }

    plan() {
        browser.clearTimeout(this.timer);
        const progress = this.state.progress;
        if (this.destroyed) {
            return;
        }
        if (!progress || ["in_queue", "sending"].includes(progress.state)) {
            this.timer = browser.setTimeout(() => this.refresh(), INTERVAL);
        } else if (progress.sent || progress.unknown) {
            this.timer = browser.setTimeout(() => this.refresh(), REPORT_INTERVAL);
        }
    }

    /** Open the recipients behind a figure. */
    open(name) {
        return this.action.doActionButton({
            type: "object",
            name,
            resModel: "mailing.mailing",
            resId: this.props.record.resId,
        });
    }

    format(number) {
        return formatInteger(number);
    }

    /** Shares of the bar: [css class, count]. */
    get shares() {
        const p = this.state.progress;
        return [
            ["bg-success", p.delivered, "delivered"],
            ["bg-info", p.sent, "sent"],
            ["bg-danger", p.failed, "failed"],
            ["bg-secondary", p.canceled, "canceled"],
            ["bg-warning", p.unknown, "unknown"],
        ].filter(([, count]) => count);
    }

    width(count) {
        const total = Math.max(this.state.progress.total, 1);
        return `width: ${(100 * count) / total}%`;
    }

    get percent() {
        const p = this.state.progress;
        const handled = p.sent + p.delivered + p.failed + p.canceled + p.unknown;
        return p.total ? Math.floor((100 * handled) / p.total) : 0;
    }
}

registry.category("view_widgets").add("sms_campaign_progress", {
    component: SmsCampaignProgress,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "sms_paused", type: "boolean" },
    ],
});

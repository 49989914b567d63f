import { Store } from "@mail/core/common/store_service";
import { browser } from "@web/core/browser/browser";
import { patch } from "@web/core/utils/patch";

/** How often countdowns are looked at, in milliseconds. */
const TICK = 20_000;

/** The time that countdowns of conversations read, so that their screens follow. */
patch(Store.prototype, {
    setup() {
        super.setup(...arguments);
        this.btiNow = Date.now();
    },
    onStarted() {
        super.onStarted(...arguments);
        browser.setInterval(() => (this.btiNow = Date.now()), TICK);
    },
});

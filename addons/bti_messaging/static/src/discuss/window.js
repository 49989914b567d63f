import { _t } from "@web/core/l10n/translation";
import { counted } from "../text/plural";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The window is closing when so little is left of it. */
const CLOSING = 3 * HOUR;

function describeLeft(left) {
    if (left < HOUR) {
        return _t("%(minutes)s min", { minutes: Math.max(Math.floor(left / MINUTE), 1) });
    }
    if (left < 2 * DAY) {
        return _t("%(hours)s h", { hours: Math.floor(left / HOUR) });
    }
    return counted(_t("# day|# days"), Math.floor(left / DAY));
}

/**
 * How long a network lets us write.
 *
 * @param {number|false} until when anything may be written no more, in ms; false: nothing may
 * @param {number|false} human until when what a person wrote is taken, where that is longer
 * @param {number} now
 * @returns {{state: "open"|"closing"|"human"|"closed", left: string}}
 */
export function describeWindow(until, human, now) {
    if (until && until > now) {
        const left = until - now;
        return { state: left <= CLOSING ? "closing" : "open", left: describeLeft(left) };
    }
    if (human && human > now) {
        return { state: "human", left: describeLeft(human - now) };
    }
    return { state: "closed", left: "" };
}

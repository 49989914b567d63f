import { Notification } from "@mail/core/common/notification_model";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** @type {import("models").Notification} */
const notificationPatch = {
    /** A message of the trial channel: canceled for Odoo, and the reason says why. */
    get autoCanceledFailureType() {
        if (this.failure_type === "bti_simulated") {
            return _t("Not really sent");
        }
        return super.autoCanceledFailureType;
    },
    get failureMessage() {
        switch (this.failure_type) {
            case "bti_no_channel":
                return _t("No active messaging channel");
            case "sms_too_long":
                return _t("Too long for the channel");
            case "sms_not_mobile":
                return _t("Not a mobile number: it cannot receive an SMS");
            default:
                return super.failureMessage;
        }
    },
};
patch(Notification.prototype, notificationPatch);

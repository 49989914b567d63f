import { registerComposerAction } from "@mail/core/common/composer_actions";
import { fields } from "@mail/core/common/record";
import { Thread } from "@mail/core/common/thread_model";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        this.bti_takes_templates = fields.Attr(false);
    },
});

/** What may be written to the client when it is too late for anything else. */
registerComposerAction("bti-send-template", {
    condition: ({ composer, owner }) =>
        Boolean(composer.targetThread?.bti_takes_templates) &&
        !composer.message &&
        !owner.env.inChatter &&
        Boolean(owner.env.services.action),
    icon: "fa fa-whatsapp",
    name: _t("Send an Approved Text"),
    async onSelected({ composer, owner }) {
        const { action, orm } = owner.env.services;
        action.doAction(
            await orm.call("discuss.channel", "action_bti_send_template", [
                composer.targetThread.id,
            ])
        );
    },
    sequenceQuick: 10,
});

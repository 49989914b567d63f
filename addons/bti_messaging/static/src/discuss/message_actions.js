import { registerMessageAction } from "@mail/core/common/message_actions";
import { _t } from "@web/core/l10n/translation";

/** A file that a client has sent goes to one of his documents in one click. */
registerMessageAction("bti-file-on-document", {
    condition: ({ message, thread }) =>
        Boolean(thread?.bti_is_outside && message.attachment_ids.length),
    icon: "fa fa-folder-open-o",
    name: _t("File on a Document"),
    onSelected: async ({ message, owner, thread, store }) => {
        const action = await store.env.services.orm.call(
            "discuss.channel",
            "action_bti_file_documents",
            [thread.id],
            { message_id: message.id }
        );
        owner.env.services.action.doAction(action);
    },
    sequence: 25,
});

import { useEffect, useState } from "@odoo/owl";

import { SmsWidget } from "@sms/components/sms_widget/fields_sms_widget";
// Its patch has to be applied before ours: it replaces the links of mailings.
import "@mass_mailing_sms/components/sms_widget/fields_sms_widget";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { formatMonetary } from "@web/views/fields/formatters";

import { GSM7, describeSms } from "../sms_text/sms_text";
import { counted } from "../text/plural";

const SHOWN_LABELS = 10;
const ARABIC = /\p{Script=Arabic}/u;
const INVISIBLE = /[\p{C}\p{Z}\p{M}]/u;
const NON_BREAKING = "\u00a0\u202f";

const countSms = (number) => counted(_t("# SMS|# SMS"), number);
const countCharacters = (number) => counted(_t("# character|# characters"), number);

/** The counter below the text of an SMS: exact, with the cost and what would lower it. */
patch(SmsWidget.prototype, {
    setup() {
        super.setup(...arguments);
        // the text before it was written without accents, while that can be undone
        this.btiUndo = useState({ before: null, after: null });
        // what is being typed over which value: the record gets it when the field is left
        this.btiTyped = useState({ text: null, over: null });
        useEffect(
            (area) => {
                const onInput = () =>
                    Object.assign(this.btiTyped, { text: area.value, over: this.btiSaved });
                area?.addEventListener("input", onInput);
                return () => area?.removeEventListener("input", onInput);
            },
            () => [this.textareaRef.el]
        );
        // what the number costs that is typed beside the text, or any number
        this.btiPriced = useState({ price: null });
        const smsPrice = useService("bti_sms_price");
        useRecordObserver(async (record) => {
            const purpose = record.resModel === "mailing.mailing" ? "marketing" : "transactional";
            const number = record.data.recipient_single_number_itf || "";
            this.btiPriced.price = await smsPrice.load(number, purpose);
        });
    },

    get btiPrice() {
        return this.btiPriced.price;
    },

    get btiSaved() {
        return this.props.record.data[this.props.name] || "";
    },
    /** The text that the person sees. */
    get btiText() {
        const { text, over } = this.btiTyped;
        return text !== null && over === this.btiSaved ? text : this.btiSaved;
    },

    /** The counter's figures; computed once per text. */
    get btiSms() {
        const { sms_allow_unsubscribe: optOut } = this.props.record.data;
        const text = this.btiText;
        const maxParts = this.btiPrice?.max_parts;
        const known = this._btiKnown;
        if (known?.text !== text || known.optOut !== optOut || known.maxParts !== maxParts) {
            const sms = describeSms(text, {
                complete: (typed) => this._btiComplete(typed),
                maxParts,
            });
            this._btiComplete(text); // leaves the explanations of the text itself
            this._btiKnown = { text, optOut, maxParts, sms };
        }
        return this._btiKnown.sms;
    },

    /** The text as it will be sent: links replaced by trackers, with the opt-out link. */
    _btiComplete(typed) {
        const unsubscribe = this.linkReplacementsPlaceholders?.unsubscribe;
        this.optOutEnabled = Boolean(unsubscribe && this.props.record.data.sms_allow_unsubscribe);
        return this._getValueForSmsCounts(typed) + (this.optOutEnabled && typed ? unsubscribe : "");
    },

    // --- what Odoo's counter asks for --------------------------------------------------------------
    get encoding() {
        return this.btiSms.coding === GSM7 ? "GSM7" : "UNICODE";
    },
    get nbrChar() {
        return this.btiSms.units;
    },
    get nbrSMS() {
        return this.btiSms.parts;
    },

    // --- what ours shows ---------------------------------------------------------------------------
    get btiSmsCount() {
        return countSms(this.btiSms.parts);
    },
    get btiIsUnicode() {
        return this.btiSms.coding !== GSM7;
    },
    get btiHasFields() {
        return this.btiText.includes("{{");
    },
    _btiMoney(parts) {
        return formatMonetary(parts * this.btiPrice.cost_per_part, {
            currencyId: this.btiPrice.currency_id,
        });
    },
    get btiCost() {
        return this.btiPrice?.cost_per_part && this.btiSms.parts
            ? _t("%(cost)s per recipient", { cost: this._btiMoney(this.btiSms.parts) })
            : "";
    },
    get btiForcing() {
        const labels = this.btiSms.forcing.map((char) => {
            if (ARABIC.test(char)) {
                return _t("Arabic letters");
            }
            if (NON_BREAKING.includes(char)) {
                return _t("non-breaking space");
            }
            if (INVISIBLE.test(char)) {
                return `U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
            }
            return char;
        });
        const distinct = [...new Set(labels.map(String))];
        return {
            shown: distinct.slice(0, SHOWN_LABELS),
            more: distinct.length > SHOWN_LABELS,
        };
    },
    get btiLengthText() {
        const { length, room, units } = this.btiSms;
        const max = this.btiPrice?.max_parts;
        if (length === "long") {
            return _t("Too long: it would be refused. At most %(max)s.", { max: countSms(max) });
        }
        return length === "last"
            ? _t("This is the longest message allowed: %(left)s left.", {
                  left: countCharacters(room - units),
              })
            : "";
    },
    get btiGainText() {
        const { parts, plain } = this.btiSms;
        if (plain.saved <= 0) {
            return _t("still %(parts)s, with room for %(left)s", {
                parts: countSms(plain.parts),
                left: countCharacters(plain.room - plain.units),
            });
        }
        if (!this.btiPrice?.cost_per_part) {
            return _t("%(after)s instead of %(before)s", {
                after: countSms(plain.parts),
                before: parts,
            });
        }
        return _t("%(after)s instead of %(before)s: saves %(cost)s per recipient", {
            after: countSms(plain.parts),
            before: parts,
            cost: this._btiMoney(plain.saved),
        });
    },
    get btiCanUndo() {
        const { before, after } = this.btiUndo;
        return before !== null && after === this.btiText && !this.props.readonly;
    },

    async _btiReplace(text) {
        Object.assign(this.btiTyped, { text: null, over: null });
        await this.props.record.update({ [this.props.name]: text });
    },
    async btiWritePlain() {
        const before = this.btiText;
        const after = this.btiSms.plain.text;
        await this._btiReplace(after);
        Object.assign(this.btiUndo, { before, after });
    },
    async btiUndoPlain() {
        const { before } = this.btiUndo;
        Object.assign(this.btiUndo, { before: null, after: null });
        await this._btiReplace(before);
    },
});

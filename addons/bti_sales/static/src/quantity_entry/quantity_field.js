import { Component, reactive, useEffect, useRef, useState } from "@odoo/owl";
import { counted } from "@bti_messaging/text/plural";
import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useBus } from "@web/core/utils/hooks";
import { formatFloat, formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { useNumpadDecimal } from "@web/views/fields/numpad_decimal_hook";
import { parseFloat, parseInteger } from "@web/views/fields/parsers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { explainEntry } from "./explain";
import { formatEntry, formatLoad, formatPallets, formatTonnes } from "./format";
import { computeLoad, parseEntry } from "./quantity_entry";

/** What the typed quantity makes, under the cell while typing. */
export class QuantityPopover extends Component {
    static template = "bti_sales.QuantityPopover";
    static props = { live: Object, take: Function, close: { type: Function, optional: true } };

    setup() {
        this.live = useState(this.props.live);
    }
}

/**
 * The quantity of an order line in one cell: "20 pal", "7 cam", "20 t", "35 m2", "1000".
 *
 * A number alone keeps the unit that the cell shows. Products that are not counted in pieces have
 * the plain native quantity.
 */
export class QuantityField extends Component {
    static template = "bti_sales.QuantityField";
    static props = { ...standardFieldProps };

    setup() {
        this.input = useRef("numpadDecimal");
        useNumpadDecimal();
        this.live = reactive({ lines: [], error: "", proposals: [] });
        this.popover = usePopover(QuantityPopover, {
            animation: false,
            arrow: false,
            closeOnClickAway: false,
            closeOnEscape: false,
            popoverClass: "o_bti_quantity_popover",
            position: "bottom-start",
            setActiveElement: false,
        });
        this.isDirty = false;
        this.shown = null;
        this.plainError = "";
        useEffect(() => {
            const text = this.text; // read first: the effect must observe the record
            if (this.input.el && !this.isDirty && !this.isInvalid) {
                this.input.el.value = text;
                this.shown = text;
            }
            if (this.isDirty && this.data) {
                this.plainError = "";
                this.refresh();
            }
        });
        const { bus } = this.props.record.model;
        useBus(bus, "WILL_SAVE_URGENTLY", () => this.commit());
        useBus(bus, "NEED_LOCAL_CHANGES", (ev) => ev.detail.proms.push(this.commitWhenReady()));
    }

    // --- what is shown ----------------------------------------------------------------------

    get values() {
        return this.props.record.data;
    }

    /** What converts a quantity; false when the product is not counted in pieces. */
    get data() {
        return this.values.entry_data || false;
    }

    get isInteger() {
        return this.props.record.fields[this.props.name].type === "integer";
    }

    get isInvalid() {
        return this.props.record.isFieldInvalid(this.props.name);
    }

    /** Unit of a number typed alone; null when it is a native unit that we know nothing of. */
    get unit() {
        return this.values.entry_unit || (this.data && this.data.unit) || null;
    }

    get quantity() {
        return this.values.entry_unit ? this.values.entry_quantity : this.values[this.props.name];
    }

    get text() {
        if (this.data && this.unit) {
            return formatEntry(this.quantity, this.unit);
        }
        if (this.isInteger) {
            return formatInteger(this.values[this.props.name]);
        }
        return formatFloat(this.values[this.props.name], {
            field: this.props.record.fields[this.props.name],
            trailingZeros: !this.data,
        });
    }

    /** The other side of what is shown: pieces of pallets, pallets of pieces. */
    get summary() {
        const { pieces, full_pallets, loose_pieces } = this.values;
        if (!this.data || !pieces) {
            return "";
        }
        return formatLoad(
            { pieces, pallets: full_pallets, loose: loose_pieces },
            this.unit
        );
    }

    // --- while typing -----------------------------------------------------------------------

    /** What the text makes now: `{entry, load}`, `{error, proposals}`, or null: plain quantity. */
    read() {
        const { data, unit } = this;
        const text = this.input.el.value;
        if (!data) {
            return this.readPlain(text);
        }
        const entry = parseEntry(text, unit || "native");
        if (entry.unit === "native") {
            return null;
        }
        const load = entry.error ? entry : computeLoad(entry, data);
        if (!load.error) {
            return { entry, load };
        }
        const proposals =
            load.error === "multiple"
                ? [
                      { key: "↓", pallets: load.below },
                      { key: "↑", pallets: load.above },
                  ].filter(({ pallets }) => pallets)
                : [];
        for (const proposal of proposals) {
            const pieces = formatInteger(proposal.pallets * data.size);
            proposal.label = `${formatPallets(proposal.pallets)} = ${pieces}`;
        }
        return { error: explainEntry(load), proposals };
    }

    /** Without a product, or of one that is not counted in pieces: a number, nothing else. */
    readPlain(text) {
        let error = this.plainError;
        if (!this.values.product_id && !["native", undefined].includes(parseEntry(text, "native").unit)) {
            error = _t("Choose the product first: pallets, trucks, tonnes and m² depend on it.");
        }
        return error ? { error, proposals: [] } : null;
    }

    /** Show what the text makes. */
    refresh() {
        const result = this.isDirty || this.isInvalid ? this.read() : null;
        if (!result || !this.input.el) {
            this.popover.close();
            return;
        }
        this.live.error = result.error || "";
        this.live.proposals = result.proposals || [];
        this.live.lines = result.error ? [] : this.describe(result);
        // what is above may have grown since: a wilaya with its transport, a warning
        const { top } = this.input.el.getBoundingClientRect();
        if (!this.popover.isOpen || top !== this.popoverTop) {
            this.popoverTop = top;
            this.popover.open(this.input.el, { live: this.live, take: (pallets) => this.take(pallets) });
        }
    }

    /** Totals of the line in words. */
    describe({ entry, load }) {
        const { price_unit, discount, currency_id } = this.values;
        const currencyId = currency_id?.id;
        const price = (price_unit * (1 - (discount || 0) / 100)) / (this.data.factor || 1);
        const lines = [
            `${formatEntry(entry.quantity, entry.unit, true)} = ${formatLoad(load, entry.unit)}`,
        ];
        const figures = [];
        if (load.weightG) {
            figures.push(formatTonnes(load.weightG));
        }
        if (load.truckPercent !== null && entry.unit !== "truck") {
            figures.push(counted(_t("# truck|# trucks"), load.truckPercent / 100));
        }
        lines.push(figures.join(" · "));
        if (price) {
            const prices = [
                formatMonetary(price * load.pieces, { currencyId }),
                _t("%s per piece", formatMonetary(price, { currencyId })),
            ];
            if (this.data.size) {
                prices.push(
                    _t("%s per pallet", formatMonetary(price * this.data.size, { currencyId }))
                );
            }
            lines.push(prices.join(" · "));
        }
        return lines.filter(Boolean);
    }

    // --- events -----------------------------------------------------------------------------

    onFocus() {
        this.input.el.select();
    }

    onInput() {
        this.plainError = "";
        this.isDirty = this.input.el.value !== this.shown;
        this.props.record.model.bus.trigger("FIELD_IS_DIRTY", this.isDirty);
        if (this.isInvalid) {
            this.props.record.resetFieldValidity(this.props.name);
        }
        this.refresh();
    }

    onKeydown(ev) {
        const hotkey = getActiveHotkey(ev);
        const step = { arrowdown: "↓", arrowup: "↑" }[hotkey];
        if (step && this.popover.isOpen && this.live.proposals.length) {
            const proposal = this.live.proposals.find(({ key }) => key === step);
            ev.preventDefault();
            ev.stopPropagation();
            if (proposal) {
                this.take(proposal.pallets);
            }
        } else if (["tab", "shift+tab", "enter"].includes(hotkey)) {
            if ((this.isDirty || this.isInvalid) && this.read()?.error) {
                // the cell explains or proposes: stay
                ev.preventDefault();
                ev.stopPropagation();
                this.refuse();
            } else {
                this.commitWhenReady();
            }
        } else if (hotkey === "escape") {
            this.isDirty = false;
            this.popover.close();
        }
    }

    onBlur() {
        if (!this.live.proposals.length) {
            this.popover.close();
        }
    }

    /** Take one of the two quantities that are proposed. */
    take(pallets) {
        this.input.el.value = formatEntry(pallets, "pallet");
        this.isDirty = true;
        this.live.proposals = [];
        this.commit();
        this.input.el.focus();
    }

    /** The text cannot be a quantity of this line: say why, keep it. */
    refuse() {
        this.isDirty = false;
        this.props.record.setInvalidField(this.props.name);
        this.refresh();
    }

    /** Commit once the answers under way are there: the product may just have been chosen. */
    async commitWhenReady() {
        if (!this.input.el || !this.isDirty) {
            return;
        }
        if (!this.data && this.values.product_id) {
            await this.props.record.model.mutex.getUnlockedDef();
        }
        await this.commit();
    }

    async commit() {
        if (!this.input.el || !this.isDirty) {
            return;
        }
        const { record, name } = this.props;
        const result = this.read();
        if (result?.error) {
            this.refuse();
            return;
        }
        let changes;
        if (result) {
            changes = { entry_quantity: result.entry.quantity, entry_unit: result.entry.unit };
        } else {
            try {
                const parse = this.isInteger ? parseInteger : parseFloat;
                changes = { [name]: parse(this.input.el.value, { allowOperation: true }) };
            } catch {
                this.plainError = _t("Only a number can be typed here.");
                this.refuse();
                return;
            }
        }
        this.isDirty = false;
        this.popover.close();
        if (this.isInvalid) {
            record.resetFieldValidity(name);
        }
        this.shown = this.input.el.value;
        if (Object.entries(changes).some(([field, value]) => record.data[field] !== value)) {
            await record.update(changes);
        } else {
            this.input.el.value = this.shown = this.text;
        }
        record.model.bus.trigger("FIELD_IS_DIRTY", false);
    }
}

export const quantityField = {
    component: QuantityField,
    displayName: _t("Quantity in pieces, pallets, trucks or m²"),
    supportedTypes: ["float", "integer"],
    isEmpty: () => false,
    fieldDependencies: [
        { name: "product_id", type: "many2one", relation: "product.product" },
        { name: "entry_data", type: "json" },
        { name: "pieces", type: "integer" },
        { name: "full_pallets", type: "integer" },
        { name: "loose_pieces", type: "integer" },
        { name: "price_unit", type: "float" },
    ],
};

registry.category("fields").add("bti_quantity", quantityField);

/** On the lines of a quotation template and the needs of an enquiry, which have no price. */
const unpricedField = {
    ...quantityField,
    fieldDependencies: quantityField.fieldDependencies.filter(({ name }) => name !== "price_unit"),
};
registry.category("fields").add("bti_template_quantity", unpricedField);
registry.category("fields").add("bti_need_quantity", unpricedField);

import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatPallets, formatPieces, formatTonnes } from "../quantity_entry/format";

/** Proposals to fill the last truck: a rep does not read more (as many as the server prices). */
const SHOWN_FITS = 6;

/**
 * The trucks of an order under its lines, and one key to fill the last one.
 *
 * Filling is an edit of a line like any other: it is saved or discarded with the order.
 */
export class LoadPanel extends Component {
    static template = "bti_sales.LoadPanel";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ undo: null });
    }

    get panel() {
        return this.props.record.data[this.props.name] || false;
    }

    get lines() {
        return this.props.record.data.order_line;
    }

    get totals() {
        return this.props.record.data.load_total_summary || "";
    }

    /** How many trucks of which kinds. */
    get kinds() {
        const counts = new Map();
        for (const { kind, count } of this.panel.trucks) {
            counts.set(kind, (counts.get(kind) || 0) + count);
        }
        return [...counts].map(([kind, count]) => `${formatInteger(count)} × ${kind}`).join(" · ");
    }

    get trucks() {
        let first = 1;
        return this.panel.trucks.map((truck) => {
            const last = first + truck.count - 1;
            const name = truck.count > 1 ? _t("Trucks %s–%s", first, last) : _t("Truck %s", first);
            first = last + 1;
            return {
                ...truck,
                name,
                percent: Math.max(truck.weight_percent || 0, truck.places_percent || 0),
                content: truck.parts.map((part) => this.formatPart(part)).join(" · "),
                weightText: formatTonnes(truck.weight * 1000),
            };
        });
    }

    formatPart({ product, pallets, loose }) {
        const load = [];
        if (pallets) {
            load.push(formatPallets(pallets));
        }
        if (loose) {
            load.push(formatPieces(loose));
        }
        return `${product}: ${load.join(" + ")}`;
    }

    formatFit({ pallets, pieces }) {
        return pallets ? formatPallets(pallets) : formatPieces(pieces);
    }

    get isReadonly() {
        return (
            this.props.record.data.state === "cancel" ||
            this.props.record.data.locked ||
            !this.props.record.isInEdition
        );
    }

    findLine(id) {
        return this.lines.records.find(
            (line) => line.resId === id || (line._virtualId && line._virtualId === id)
        );
    }

    /** What "Fill the truck" adds: to the line being edited, else to the one with most pallets. */
    get usualFit() {
        const { fits } = this.panel;
        const edited = this.lines.editedRecord;
        return (edited && fits.find((fit) => this.findLine(fit.line) === edited)) || fits[0];
    }

    /** The other proposals, which a click takes. */
    get otherFits() {
        return this.panel.fits.filter((fit) => fit !== this.usualFit).slice(0, SHOWN_FITS - 1);
    }

    formatMoney(amount) {
        return formatMonetary(amount, { currencyId: this.props.record.data.currency_id?.id });
    }

    /**
     * Add to a line what still fits on the last truck.
     *
     * @param {Object|null} chosen one of the proposals, or the usual one
     */
    async fill(chosen) {
        const edited = this.lines.editedRecord;
        await this.lines.leaveEditMode();
        // an edit under way changes what fits
        await this.props.record.model.mutex.getUnlockedDef();
        const { fits } = this.panel || { fits: [] };
        const isWanted = ({ line }) =>
            chosen ? line === chosen.line : edited && this.findLine(line) === edited;
        const fit = fits.find(isWanted) || (chosen ? undefined : fits[0]);
        const line = fit && this.findLine(fit.line);
        if (!line) {
            return;
        }
        const { entry_quantity, entry_unit } = fit;
        const { data } = line;
        const before = {
            entry_quantity: data.entry_quantity,
            entry_unit: data.entry_unit,
            product_uom_qty: data.product_uom_qty,
            product_uom_id: data.product_uom_id,
        };
        // at once: who sees the new quantity may take it back, the server's answer comes later
        this.state.undo = { line, before };
        await line.update({ entry_quantity, entry_unit });
    }

    async undo() {
        const { line, before } = this.state.undo;
        this.state.undo = null;
        await this.lines.leaveEditMode();
        const { entry_quantity, entry_unit } = before;
        await line.update(entry_unit ? { entry_quantity, entry_unit } : before);
    }
}

export const loadPanel = {
    component: LoadPanel,
    displayName: _t("Trucks of an order"),
    supportedTypes: ["json"],
    fieldDependencies: [
        { name: "load_total_summary", type: "char" },
        { name: "currency_id", type: "many2one", relation: "res.currency" },
    ],
};

registry.category("fields").add("bti_load_panel", loadPanel);

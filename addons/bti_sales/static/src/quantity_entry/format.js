import { _t } from "@web/core/l10n/translation";
import { counted } from "@bti_messaging/text/plural";
import { formatFloat } from "@web/views/fields/formatters";

export const formatPallets = (number) => counted(_t("# pal.|# pal."), number);
export const formatPieces = (number) => counted(_t("# pc|# pcs"), number);

/**
 * A quantity as a rep types it; the result can be typed back: always a number and a short unit.
 *
 * @param {number} quantity
 * @param {string} unit piece, pallet, truck, tonne or m2
 * @param {boolean} [withPieces] name the pieces too
 * @returns {string}
 */
export function formatEntry(quantity, unit, withPieces = false) {
    const number = formatFloat(quantity, { digits: [16, 2], trailingZeros: false });
    switch (unit) {
        case "pallet":
            return _t("%s pal.", number);
        case "truck":
            return _t("%s trucks", number);
        case "tonne":
            return _t("%s t", number);
        case "m2":
            return _t("%s m²", number);
        default:
            return withPieces ? formatPieces(quantity) : number;
    }
}

/**
 * A load in pallets and pieces.
 *
 * @param {{pieces: number, pallets: number, loose: number}} load
 * @param {string} [unit] unit that is shown beside it: what it says already is left out
 * @returns {string}
 */
export function formatLoad({ pieces, pallets, loose }, unit) {
    const whole = formatPieces(pieces);
    if (!pallets) {
        return unit === "piece" ? _t("loose") : whole;
    }
    const parts = [formatPallets(pallets)];
    if (loose) {
        parts.push(formatPieces(loose));
    }
    const split = parts.join(" + ");
    if (unit === "pallet") {
        return loose ? `${whole} = ${split}` : whole;
    }
    return unit === "piece" ? split : `${whole} = ${split}`;
}

/**
 * @param {number} grams
 * @returns {string} tonnes
 */
export function formatTonnes(grams) {
    return _t("%s t", formatFloat(grams / 1_000_000, { digits: [16, 2] }));
}

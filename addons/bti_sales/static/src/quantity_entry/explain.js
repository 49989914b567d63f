import { counted } from "@bti_messaging/text/plural";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";
import { MAX_PIECES } from "./quantity_entry";

/**
 * Why what was typed cannot be a quantity of the line, in the reader's words.
 *
 * @param {{error: string, pieces?: number}} load
 * @returns {string}
 */
export function explainEntry({ error, pieces }) {
    switch (error) {
        case "negative":
            return _t("Enter a quantity above zero.");
        case "fraction":
            return _t("That is not a whole number of pieces.");
        case "no_pallet":
            return _t("This product is not sold on pallets.");
        case "no_truck":
            return _t("Choose a kind of truck with payload and places, and a piece weight.");
        case "too_heavy":
            return _t("A single pallet is too heavy for this kind of truck.");
        case "no_weight":
            return _t("How much a piece weighs is not known for this product.");
        case "too_little":
            return _t("That is less than the smallest quantity of this line.");
        case "ambiguous":
            return _t("Thousands or decimals? Type 1 234 or 1,23.");
        case "no_area":
            return _t("How many pieces a m² takes is not known for this product.");
        case "too_many":
            return _t("More than %s pieces on one line.", formatInteger(MAX_PIECES));
        case "multiple":
            return counted(
                _t("# piece does not fill a pallet:|# pieces do not fill whole pallets:"),
                pieces
            );
        default:
            return _t("Type 1000, 20 pal, 7 trucks, 20 t or 35 m2.");
    }
}

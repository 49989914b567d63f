import { localization } from "@web/core/l10n/localization";
import { pyToJsLocale } from "@web/core/l10n/utils";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";
import { choose } from "./plural_forms";

/**
 * A number with what it counts, as tools/plural.py writes it.
 *
 * @param {string|Object} forms as translated: _t("# pallet|# pallets")
 * @param {number} number
 * @returns {string}
 */
export function counted(forms, number) {
    const text = Number.isInteger(number)
        ? formatInteger(number)
        : formatFloat(number, { digits: [16, 2], trailingZeros: false });
    return choose(pyToJsLocale(localization.code), String(forms), number).replace("#", text);
}

/**
 * Which form of a count goes with a number: see tools/plural.py. Without anything of Odoo, so that
 * tests/data/plural_cases.json is run against it and against Python.
 */
const FORMS = { 2: ["one", "other"], 4: ["one", "two", "few", "other"] };

/**
 * @param {string} locale of the forms, "ar-001"
 * @param {string} forms "# pallet|# pallets"
 * @param {number} number
 * @returns {string} a form, # still in it
 */
export function choose(locale, forms, number) {
    const parts = forms.split("|");
    const names = FORMS[parts.length];
    if (!names) {
        return parts.at(-1);
    }
    const index = names.indexOf(new Intl.PluralRules(locale).select(Math.abs(number)));
    return parts.at(index);
}

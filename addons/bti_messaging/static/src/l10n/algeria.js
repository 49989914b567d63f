import { patch } from "@web/core/utils/patch";

const { DateTime, Settings } = luxon;

/** Odoo's Arabic, for which it asks the browser for eastern figures and Egypt's months. */
const ODOO_ARABIC = "ar-001";
/** The months of Algeria, and hours of a day as tools/algeria.py writes them. */
const ALGERIA = "ar-DZ-u-hc-h23";

function translateSetting(name, from, to) {
    const { get, set } = Object.getOwnPropertyDescriptor(Settings, name);
    Object.defineProperty(Settings, name, {
        configurable: true,
        get,
        set(value) {
            set.call(Settings, value === from ? to : value);
        },
    });
}

// set by the localization service, and once more on public pages
translateSetting("defaultLocale", ODOO_ARABIC, ALGERIA);
translateSetting("defaultNumberingSystem", "arab", "latn");

patch(DateTime.prototype, {
    toLocaleString(format, options) {
        if (options?.locale === ODOO_ARABIC) {
            options = { ...options, locale: ALGERIA };
        }
        return super.toLocaleString(format, options);
    },
});

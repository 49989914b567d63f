/**
 * How an SMS text is coded, how many parts it takes, and a plainer writing of it.
 *
 * The same functions as in gateways/sms/sms_text.py (3GPP TS 23.038 and 23.040), for the counter beside
 * the text field. tests/data/sms_text_cases.json is run against both.
 */

export const GSM7 = "gsm7";
export const UCS2 = "ucs2";

/** Units in a single SMS, and in each part of a long one. */
export const LIMITS = { [GSM7]: [160, 153], [UCS2]: [70, 67] };

const BASIC = new Set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
        "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
);
const EXTENSION = new Set("\f^{}\\[~]|€");
const PLAIN_SIGNS = {
    "’": "'", "‘": "'", "‚": "'", "′": "'", "`": "'", "´": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"',
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "•": "-", "·": "-",
    "…": "...", "×": "x", "°": "o", "²": "2", "³": "3", "½": "1/2", "¼": "1/4",
    "œ": "oe", "Œ": "OE", "™": "TM", "©": "(c)", "®": "(R)",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ",
    "\u200b": "", "\u200e": "", "\u200f": "", "\ufeff": "", "\u00ad": "",
};

/**
 * Units of one character: an escape pair is two septets, a surrogate pair two 16-bit units.
 *
 * @param {string} char one code point
 * @param {string} coding GSM7 or UCS2
 * @returns {number}
 */
function charUnits(char, coding) {
    if (coding === GSM7) {
        return EXTENSION.has(char) ? 2 : 1;
    }
    return char.codePointAt(0) > 0xffff ? 2 : 1;
}

/**
 * Tell how a text will travel. A part never ends inside an escape pair or a surrogate pair.
 *
 * @param {string} text
 * @returns {{coding: string, units: number, parts: number}}
 */
export function smsParts(text) {
    const chars = [...text];
    const coding = chars.every((char) => BASIC.has(char) || EXTENSION.has(char)) ? GSM7 : UCS2;
    const sizes = chars.map((char) => charUnits(char, coding));
    const units = sizes.reduce((sum, size) => sum + size, 0);
    const [single, multi] = LIMITS[coding];
    if (units <= single) {
        return { coding, units, parts: 1 };
    }
    let parts = 1;
    let room = multi;
    for (const size of sizes) {
        if (size > room) {
            parts += 1;
            room = multi;
        }
        room -= size;
    }
    return { coding, units, parts };
}

function plainChar(char) {
    if (BASIC.has(char) || EXTENSION.has(char)) {
        return char;
    }
    if (char in PLAIN_SIGNS) {
        return PLAIN_SIGNS[char];
    }
    const [base] = char.normalize("NFD");
    return BASIC.has(base) ? base : char;
}

/**
 * The text with what the GSM alphabet lacks written more simply; unchanged when that gains nothing.
 *
 * @param {string} text
 * @returns {string}
 */
export function plainText(text) {
    const plain = [...text.normalize("NFC")].map(plainChar).join("");
    return smsParts(plain).coding === GSM7 ? plain : text;
}

/** Fields to fill in and links: changed they would no longer work. */
const KEPT = /(\{\{.*?\}\}|https?:\/\/\S+)/;

/**
 * plainText of what people read, fields to fill in and links left as they are.
 *
 * @param {string} text the body of a template, or of a message
 * @returns {string}
 */
export function plainTemplate(text) {
    const plain = text
        .split(KEPT)
        .map((piece, index) => (index % 2 ? piece : plainText(piece)))
        .join("");
    return smsParts(plain).coding === GSM7 ? plain : text;
}

/**
 * The characters that force 16-bit coding, each once, in their order.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function unicodeChars(text) {
    return [...new Set(text)].filter((char) => !BASIC.has(char) && !EXTENSION.has(char));
}

/**
 * All that the counter beside a text says.
 *
 * @param {string} text as typed
 * @param {Object} [options]
 * @param {(text: string) => string} [options.complete] gives the text as it will be sent, with its
 *      links replaced and what is added to it
 * @param {number} [options.maxParts] longest message that the channel takes; 0 for no limit
 * @returns {Object} coding, units, parts (0 for no text); room: units that these parts hold; forcing:
 *      characters that make it Unicode; plain: null, or the plainer writing with its text, units,
 *      parts, room and the parts saved; length: "ok", "last" (no further part allowed) or "long"
 */
export function describeSms(text, { complete = (typed) => typed, maxParts = 0 } = {}) {
    const measure = (typed) => {
        const whole = complete(typed);
        const size = smsParts(whole);
        const [single, multi] = LIMITS[size.coding];
        const parts = whole ? size.parts : 0;
        return { ...size, parts, room: parts > 1 ? parts * multi : single, whole };
    };
    const { whole, ...size } = measure(text);
    let plain = null;
    if (size.coding === UCS2) {
        const plainer = plainTemplate(text);
        const found = measure(plainer);
        if (found.coding === GSM7) {
            const { units, parts, room } = found;
            plain = { text: plainer, units, parts, room, saved: size.parts - parts };
        }
    }
    let length = "ok";
    if (maxParts && size.parts >= maxParts) {
        length = size.parts > maxParts ? "long" : "last";
    }
    return { ...size, forcing: unicodeChars(whole), plain, length };
}

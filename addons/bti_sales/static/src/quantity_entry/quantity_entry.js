/**
 * What a rep types as a quantity, and what it makes: "20 pal", "7 cam", "20 t", "35 m2", "1000".
 *
 * Pure functions without imports, so that one table of cases is tested here and on the server
 * (tests/quantity_entry_cases.json).
 *
 * Numbers are integers: pieces, pallets, grams; what was typed is kept in hundredths, as the
 * server stores it.
 */

export const MAX_PIECES = 10_000_000;

/** The beginning of any of these words is enough; the first unit that has one wins. */
const UNIT_WORDS = {
    pallet: [
        "palettes", "pallets", "plt", "plts", "طبليات", "طبلية", "طبالي", "باليتات", "باليته", "لوحات",
    ],
    tonne: ["tonnes", "tons", "طن", "اطنان"],
    truck: ["trucks", "tr", "camions", "cms", "semis", "شاحنات", "شاحنة", "كاميونات", "كاميو"],
    m2: ["m2", "metres carres", "square metres", "sqm", "qm", "mc", "م2", "متر مربع", "امتار مربعة"],
    piece: [
        "pieces", "pcs", "pces", "units", "unites", "u", "briques", "bricks", "قطعة", "قطع", "حبات",
        "حبة", "وحدات", "وحدة", "اجرات", "اجرة", "طوب",
    ],
};

/**
 * Bring a typed text to one alphabet of digits, letters and separators.
 *
 * @param {string} text
 * @returns {string}
 */
function simplify(text) {
    return text
        .replace(/[\p{Cf}\p{Me}\ufe00-\ufe0f]/gu, "") // marks that nobody sees
        .replace(/[\u0660-\u0669]/g, (digit) => digit.charCodeAt(0) - 0x660)
        .replace(/[\u06f0-\u06f9]/g, (digit) => digit.charCodeAt(0) - 0x6f0)
        .replace(/[\u066b\u060c]/g, ",") // Arabic decimal separator, Arabic comma
        .replace(/[\u066c'’]/g, " ") // thousands: Arabic, Swiss
        .replace(/[\u2212\u2013]/g, "-")
        .replace(/²/g, "2")
        .replace(/[آأإ]/g, "ا")
        .normalize("NFD")
        .replace(/[\u0300-\u036f\u064b-\u0652\u0640]/g, "") // accents, vowel marks
        .toLowerCase()
        .replace(/\s+/g, " ")
        .trim();
}

/** As bti_messaging/tools/typed.py: one kind of sign between thousands, another before decimals. */
const NUMBER = new RegExp(
    "^(\\d+|\\d{1,3}(?: \\d{3})+|\\d{1,3}(?:\\.\\d{3}){2,}|\\d{1,3}(?:,\\d{3}){2,}" +
        "|\\d{1,3}(?:\\.\\d{3})+(?=,)|\\d{1,3}(?:,\\d{3})+(?=\\.)|(?=[.,]))(?:[.,](\\d+))?$"
);

/**
 * A number as people write it, in hundredths.
 *
 * "1,234" is a thousand for one office and a decimal number for another: it is not guessed.
 *
 * @param {string} text digits, spaces, commas and points
 * @returns {{hundredths: number}|{error: string}}
 */
function parseHundredths(text) {
    const [, whole, decimals = ""] = NUMBER.exec(text) || [];
    if (whole === undefined) {
        return { error: "unclear" };
    }
    if (decimals.length === 3 && /^[1-9]\d{0,2}$/.test(whole)) {
        return { error: "ambiguous" };
    }
    const rest = decimals.slice(2);
    const hundredths =
        Number(whole.replace(/[., ]/g, "")) * 100 + Number(decimals.slice(0, 2).padEnd(2, "0"));
    if (/[1-9]/.test(rest) || !Number.isSafeInteger(hundredths)) {
        return { error: "unclear" };
    }
    return { hundredths };
}

/**
 * The unit that a word begins to name.
 *
 * @param {string} word
 * @returns {string|null}
 */
function findUnit(word) {
    for (const [unit, words] of Object.entries(UNIT_WORDS)) {
        if (words.some((known) => known.startsWith(word))) {
            return unit;
        }
    }
    return null;
}

/**
 * Read what was typed.
 *
 * @param {string} text
 * @param {string} [unit] the unit when none is typed
 * @returns {{hundredths: number, quantity: number, unit: string}|{error: string}}
 */
export function parseEntry(text, unit = "piece") {
    const simple = simplify(text);
    const match =
        /^(-?)\s?([\d.,][\d., ]*?)\s*((?:[^\d\s.,-].*)?)$/.exec(simple) ||
        /^(-?)()((?:[m\u0645]2|[^\d.,-]+?))\.?\s*([\d.,][\d., ]*)$/.exec(simple);
    if (!match) {
        return { error: "unclear" };
    }
    const number = match[2] || match[4] || "";
    const word = match[3].replace(/\.$/, "").trim();
    const { hundredths, error } = parseHundredths(number.trim());
    const found = word ? findUnit(word) : unit;
    if (error || !found) {
        return { error: error || "unclear" };
    }
    if (match[1]) {
        return { error: "negative" };
    }
    return { hundredths, quantity: hundredths / 100, unit: found };
}

/**
 * Whole pieces of what was typed, by the rule of its unit.
 *
 * The rules come with the line from the server, which counts by the same ones
 * (tools/quantity_entry.py).
 *
 * @param {{hundredths: number, unit: string}} entry
 * @param {Object} data `entry_data` of the line
 * @returns {{pieces: number, byPallet: boolean}|{error: string}}
 */
function entryPieces({ hundredths, unit }, { units }) {
    const { error, pieces, per, step, rounds, pallet } = units[unit];
    if (error) {
        return { error };
    }
    const whole = 100 * per * step;
    if (rounds === "exact" && (hundredths * pieces) % whole) {
        return { error: "fraction" };
    }
    const steps = (hundredths * pieces) / whole;
    const total = (rounds === "up" ? Math.ceil(steps) : Math.floor(steps)) * step;
    if (hundredths && !total) {
        return { error: "too_little" };
    }
    return { pieces: total, byPallet: Boolean(pallet) && !(total % pallet) };
}

/**
 * What a typed quantity makes on this line.
 *
 * @param {{hundredths: number, unit: string}} entry
 * @param {Object} data `entry_data` of the line
 * @returns {{pieces, pallets, loose, weightG, truckPercent}|{error, pieces?, below?, above?}}
 *  `below` and `above` are the nearest whole-pallet quantities, in pallets, when nothing else is
 *  delivered and the quantity is not one (`below` may be 0, which is no proposal)
 */
export function computeLoad(entry, data) {
    const result = entryPieces(entry, data);
    if (result.error) {
        return result;
    }
    const { pieces, byPallet } = result;
    if (pieces > MAX_PIECES) {
        return { error: "too_many", pieces };
    }
    const palletised = data.size && (data.form !== "loose" || byPallet);
    const pallets = palletised ? Math.floor(pieces / data.size) : 0;
    const loose = pieces - pallets * data.size;
    const wholeOnly = data.strict || (data.locked && data.unit === "pallet");
    if (wholeOnly && data.size && loose) {
        return { error: "multiple", pieces, below: pallets, above: pallets + 1 };
    }
    const weightG = pieces * data.piece_g + pallets * data.tare_g;
    const places = pallets + (data.size ? Math.ceil(loose / data.size) : 0);
    return { pieces, pallets, loose, weightG, truckPercent: truckPercent(weightG, places, data) };
}

/**
 * Trucks that a load fills, in hundredths of a truck, rounded up; null when that is not known.
 */
function truckPercent(weightG, places, { payload_g, places: truckPlaces }) {
    const shares = [];
    if (payload_g) {
        shares.push(Math.ceil((100 * weightG) / payload_g));
    }
    if (truckPlaces) {
        shares.push(Math.ceil((100 * places) / truckPlaces));
    }
    return shares.length ? Math.max(...shares) : null;
}

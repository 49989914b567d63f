/** Runs the shared table of cases against the counter of the web client: `node --test`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL(".", import.meta.url);
// The sources of the web client are modules named .js: loaded by their text.
const source = readFileSync(new URL("../../static/src/sms_text/sms_text.js", folder), "utf-8");
const { describeSms, plainTemplate, plainText, smsParts, unicodeChars } = await import(
    `data:text/javascript;base64,${Buffer.from(source).toString("base64")}`
);
const cases = JSON.parse(readFileSync(new URL("sms_text_cases.json", folder), "utf-8"));

for (const { name, text, coding, units, parts } of cases.parts) {
    test(name, () => {
        const whole = text.map(([piece, count]) => piece.repeat(count)).join("");
        assert.deepEqual(smsParts(whole), { coding, units, parts });
    });
}
for (const [text, plain] of cases.plain) {
    test(`plain writing of ${text}`, () => assert.equal(plainText(text), plain));
}
for (const [text, chars] of cases.unicode) {
    test(`characters that force Unicode in ${text}`, () =>
        assert.deepEqual(unicodeChars(text), chars));
}
for (const [text, plain] of cases.template) {
    test(`plain writing of the template ${text}`, () => assert.equal(plainTemplate(text), plain));
}

const described = {
    "no text": ["", {}, { parts: 0, units: 0, room: 160, plain: null, length: "ok" }],
    "a plain text": ["Livrée", {}, { coding: "gsm7", parts: 1, units: 6, room: 160, plain: null }],
    "one accent too many": [
        "prête " + "a".repeat(70),
        {},
        { coding: "ucs2", parts: 2, room: 134, forcing: ["ê"], units: 76 },
    ],
    Arabic: ["طلبكم جاهز", {}, { coding: "ucs2", parts: 1, plain: null }],
    "the last part allowed": ["a".repeat(306), { maxParts: 2 }, { parts: 2, length: "last" }],
    "one part too many": ["a".repeat(307), { maxParts: 2 }, { parts: 3, length: "long" }],
    "no limit": ["a".repeat(3070), { maxParts: 0 }, { length: "ok" }],
    "a link that becomes longer": [
        "https://a.dz",
        { complete: (typed) => typed.replace("https://a.dz", "x".repeat(155)) + "\nSTOP SMS" },
        { parts: 2, units: 164 },
    ],
    "an accent in what is added": [
        "Bonjour",
        { complete: (typed) => typed + " à bientôt" },
        { coding: "ucs2", forcing: ["ô"], plain: null },
    ],
};
for (const [name, [text, options, expected]] of Object.entries(described)) {
    test(`counter: ${name}`, () => {
        const found = describeSms(text, options);
        for (const [key, value] of Object.entries(expected)) {
            assert.deepEqual(found[key], value, key);
        }
    });
}
test("counter: the gain of a plainer writing is told", () => {
    const { plain } = describeSms("prête " + "a".repeat(140));
    assert.deepEqual(plain, {
        text: "prete " + "a".repeat(140), units: 146, parts: 1, room: 160, saved: 2,
    });
    assert.equal(describeSms("prête").plain.saved, 0);
});

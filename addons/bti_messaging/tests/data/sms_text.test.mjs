/** Runs the shared table of cases against the counter of the web client: `node --test`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL(".", import.meta.url);
// The sources of the web client are modules named .js: loaded by their text.
const source = readFileSync(new URL("../../static/src/sms_text/sms_text.js", folder), "utf-8");
const { plainText, smsParts } = await import(
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

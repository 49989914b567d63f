/** Runs the shared table of counts against the web client's choice of a form: `node --test`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL(".", import.meta.url);
const source = readFileSync(new URL("../../static/src/text/plural_forms.js", folder), "utf-8");
const { choose } = await import(
    `data:text/javascript;base64,${Buffer.from(source).toString("base64")}`
);
const { languages, cases } = JSON.parse(
    readFileSync(new URL("plural_cases.json", folder), "utf-8")
);

Object.entries(languages).forEach(([language, forms], column) => {
    for (const [number, ...expected] of cases) {
        test(`${number} in ${language}`, () =>
            assert.equal(
                choose(language.replace("_", "-"), forms.join("|"), number),
                expected[column]
            ));
    }
});
test("one form fits every number", () => assert.equal(choose("en-US", "# SMS", 3), "# SMS"));

/**
 * The shared table of cases, in JavaScript: `node --test` (tests/entry/test_quantity_entry.py).
 *
 * The server writes `entry_data` to each case: the rules are the ones that it counts by.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const here = (path) => new URL(path, import.meta.url);
const source = readFileSync(here("../src/quantity_entry/quantity_entry.js"), "utf-8");
// the module has no imports: it loads as it is, whatever this folder's package type
const { computeLoad, parseEntry } = await import(
    `data:text/javascript,${encodeURIComponent(source)}`
);
const table = JSON.parse(readFileSync(process.env.BTI_ENTRY_CASES, "utf-8"));

for (const { text, unit, is, error } of table.typed) {
    test(`typed "${text}"${unit ? ` in ${unit}` : ""}`, () => {
        const entry = parseEntry(text, unit);
        if (error) {
            assert.equal(entry.error, error);
        } else {
            assert.deepEqual([entry.quantity, entry.unit], is);
        }
    });
}

for (const expected of table.entries) {
    const { product, quantity, unit, truck, form } = expected;
    test(`${quantity} ${unit} of ${product} on ${truck || "no truck"} ${form || ""}`, () => {
        const entry = { hundredths: Math.round(quantity * 100), unit };
        const load = computeLoad(entry, expected.data);
        if (expected.error) {
            assert.equal(load.error, expected.error);
            if (expected.above) {
                assert.deepEqual([load.below, load.above], [expected.below, expected.above]);
            }
        } else {
            assert.deepEqual(
                [load.pieces, load.pallets, load.loose, load.weightG],
                [expected.pieces, expected.pallets, expected.loose, expected.weight_g]
            );
        }
    });
}

/** `entry_data` of a case of B8. */
function dataOfB8() {
    return table.entries.find(({ product, truck, form }) => product === "b8" && !truck && !form).data;
}

test("a pallet line of a confirmed order takes whole pallets only", () => {
    const data = { ...dataOfB8(), unit: "pallet", form: "pallet", locked: true };
    const load = computeLoad({ hundredths: 100000, unit: "piece" }, data);
    assert.deepEqual([load.error, load.below, load.above], ["multiple", 3, 4]);
});

test("the share of a truck is rounded up", () => {
    const data = { ...dataOfB8(), payload_g: 25_000_000, places: 22 };
    assert.equal(computeLoad({ hundredths: 2000, unit: "pallet" }, data).truckPercent, 134);
});

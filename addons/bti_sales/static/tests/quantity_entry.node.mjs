/**
 * The shared table of cases, in JavaScript: `node --test` (tests/entry/test_quantity_entry_js.py).
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
const table = JSON.parse(readFileSync(here("../../tests/quantity_entry_cases.json"), "utf-8"));

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

/** `entry_data` as the server makes it for a new line. */
function entryData({ product: name, truck: truckName, form }) {
    const { sold_loose, ...product } = table.products[name];
    const truck = table.trucks[truckName] || { payload_g: 0, places: 0 };
    const usual = !product.size ? "loose" : sold_loose ? "mixed" : "pallet";
    return {
        ...product,
        ...truck,
        unit: "piece",
        form: form || usual,
        strict: Boolean(product.size) && (!sold_loose || form === "pallet"),
        locked: false,
    };
}

for (const expected of table.entries) {
    const { product, quantity, unit, truck, form } = expected;
    test(`${quantity} ${unit} of ${product} on ${truck || "no truck"} ${form || ""}`, () => {
        const entry = { hundredths: Math.round(quantity * 100), unit };
        const load = computeLoad(entry, entryData(expected));
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

test("a pallet line of a confirmed order takes whole pallets only", () => {
    const data = { ...entryData({ product: "b8" }), unit: "pallet", form: "pallet", locked: true };
    const load = computeLoad({ hundredths: 100000, unit: "piece" }, data);
    assert.deepEqual([load.error, load.below, load.above], ["multiple", 3, 4]);
});

test("the share of a truck is rounded up", () => {
    const data = entryData({ product: "b8", truck: "semi" });
    assert.equal(computeLoad({ hundredths: 2000, unit: "pallet" }, data).truckPercent, 134);
});

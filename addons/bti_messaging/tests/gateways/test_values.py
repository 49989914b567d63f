from datetime import datetime

from odoo.tests import BaseCase

from ...gateways import values


class TestValues(BaseCase):
    def test_reads_an_object_and_keeps_all_digits(self):
        content = values.load(b'{"a": 5989001100220034777, "b": "x\\u0000\\ud83e", "c": 1e400}')
        self.assertEqual(content, {"a": 5989001100220034777, "b": "x\ufffd\ufffd", "c": None})
        self.assertEqual(values.load(b'{"a": %s}' % (b"9" * 5000))["a"], "9" * 5000)

    def test_a_body_that_is_no_object_is_an_error(self):
        for body in (b"", b"x", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000):
            with self.subTest(body[:5]), self.assertRaises(ValueError):
                values.load(body)

    def test_reads_ids_of_any_type(self):
        for value, expected in [
            ("104200000000001", "104200000000001"),
            (104200000000001, "104200000000001"),
            (5989001100220034777, "5989001100220034777"),
            (1042.0, "1042"),
            (" 12 ", "12"),
            (None, ""),
            (True, ""),
            (1.5, "1.5"),
            (float("inf"), ""),
            ([], ""),
            ({}, ""),
        ]:
            with self.subTest(value):
                self.assertEqual(values.read_id(value), expected)

    def test_a_word_for_nothing_is_no_name(self):
        for value in (None, "", " ", "None", "null", "NULL", "undefined", [], {"a": 1}, False):
            with self.subTest(value):
                self.assertEqual(values.read_name(value), "")
        self.assertEqual(values.read_name(" رشيد ب. "), "رشيد ب.")
        self.assertEqual(len(values.read_name("x" * 20_000)), values.LONGEST_NAME)

    def test_reads_moments(self):
        moment = datetime(2026, 11, 23, 6, 8, 20)
        for value, unit, expected in [
            (1795414100, values.SECOND, moment),
            ("1795414100", values.SECOND, moment),
            (1795414100.9, values.SECOND, moment),
            (1795414100999, values.MILLISECOND, moment),
            ("2026-11-23T06:08:20+0000", values.SECOND, moment),
            ("2026-11-23T07:08:20+01:00", values.SECOND, moment),
            ("2026-11-23T06:08:20Z", values.SECOND, moment),
            ("2026-11-23T06:08:20", values.SECOND, None),
            (4102444800, values.SECOND, datetime(2100, 1, 1)),
            *((odd, values.SECOND, None) for odd in (
                0, -1, "-5", "", "yesterday", None, True, [], {}, 10**12, 10**40, float("nan"),
                float("inf"), "9999-12-31T23:59:59-12:00",
            )),
        ]:  # fmt: skip
            with self.subTest(value):
                self.assertEqual(values.read_time(value, unit), expected)

    def test_the_digest_is_of_the_value_not_of_its_writing(self):
        self.assertEqual(
            values.digest({"a": 1, "b": "é"}), values.digest(values.load(b'{"b":"\\u00e9","a":1}'))
        )
        self.assertNotEqual(values.digest({"a": 1}), values.digest({"a": 2}))

    def test_takes_the_objects_of_a_list(self):
        for value, expected in [
            ([{"a": 1}, None, 3, "x", [], {}], [{"a": 1}, {}]),
            ({"a": 1}, [{"a": 1}]),
            (None, []),
            ("x", []),
            ([], []),
        ]:
            with self.subTest(value):
                self.assertEqual(values.as_objects(value), expected)

    def test_reads_numbers_between_two_others(self):
        for value, expected in [
            (36.19, 36.19),
            ("-5.4", -5.4),
            (0, 0.0),
            (10**400, None),
            *((odd, None) for odd in ("x", "", None, True, 91, "nan", "inf", float("nan"), [], {})),
        ]:
            with self.subTest(ascii(value)[:9]):
                self.assertEqual(values.read_number(value, -90, 90), expected)

    def test_keys_are_short_and_differ_where_their_parts_do(self):
        self.assertEqual(values.make_key("wamid.A", "sent"), "wamid.A:sent")
        keys = [values.make_key("x" * 300, end) for end in ("a", "b", "a")]
        self.assertEqual(len(set(keys)), 2)
        self.assertEqual({len(key) for key in keys}, {values.LONGEST_KEY})

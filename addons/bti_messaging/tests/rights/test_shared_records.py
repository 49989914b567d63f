from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from ...models.keyword.law import LAW_WORDS
from ..common import MOBILE
from ..inbox.test_inbound import InboundMixin

DENIED = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


@tagged("post_install", "-at_install")
class TestSharedRecords(InboundMixin, HttpCase):
    """What all companies share is the administrator's, what the law demands stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = new_test_user(
            cls.env,
            login="administrator_test",
            groups="base.group_system,bti_messaging.group_messaging_manager",
            company_id=cls.company_a.id,
            company_ids=[Command.set((cls.company_a | cls.company_b).ids)],
        )
        cls.head_office = new_test_user(
            cls.env,
            login="head_office_test",
            groups="base.group_user,bti_messaging.group_messaging_manager",
            company_id=cls.company_a.id,
            company_ids=[Command.set((cls.company_a | cls.company_b).ids)],
        )
        cls.stop = cls.env.ref("bti_messaging.keyword_stop")
        cls.operator = cls.env["bti.operator"].search([], limit=1)

    def call(self, user, model, method, *args):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": args,
                "kwargs": {"context": {"allowed_company_ids": user.company_ids.ids}},
            },
        )

    def assertRefused(self, user, model, method, *args):
        with (
            self.subTest(f"{user.login} {model}.{method} {args}"),
            mute_logger(*DENIED),
            self.assertRaises(JsonRpcException),
            self.cr.savepoint(),
        ):
            self.call(user, model, method, *args)
        self.env.invalidate_all()

    def refused(self, number=MOBILE, company=None):
        return bool(
            self.env["bti.consent"]._get_refused(company or self.company_a, "sms", [number])
        )

    def test_manager_changes_nothing_that_other_companies_use(self):
        french = self.stop.language_ids.filtered(lambda language: language.lang == "fr")
        shared = self.env["bti.keyword"].create(
            {
                "name": "PRICE",
                "language_ids": [Command.create({"lang": "fr", "words": "PRIX"})],
            }
        )
        for user in (self.manager_b, self.head_office):
            for record, vals in [
                (self.stop, {"name": "x"}),
                (self.stop, {"language_ids": [Command.update(french.id, {"words": "XSTOP"})]}),
                (french, {"words": "XSTOP"}),
                (french, {"answer": False}),
                (shared, {"company_id": self.company_b.id}),
                (shared.language_ids, {"words": "x"}),
                (self.operator, {"prefixes": "6"}),
                (self.operator, {"active": False}),
            ]:
                self.assertRefused(user, record._name, "write", record.ids, vals)
            for record in (self.stop, french, shared, shared.language_ids, self.operator):
                self.assertRefused(user, record._name, "unlink", record.ids)
            for model, vals in [
                ("bti.keyword", {"name": "x"}),
                ("bti.keyword.language", {"keyword_id": shared.id, "lang": "ar", "words": "x"}),
                ("bti.operator", {"name": "x", "prefixes": "99"}),
            ]:
                if model == "bti.keyword":
                    vals["company_id"] = False  # his own by default
                self.assertRefused(user, model, "create", vals)
        self.write_sms("STOP", sender=MOBILE)
        self.assertTrue(self.refused(), "what another company's manager does is not felt")

    def test_manager_has_words_of_his_own_company(self):
        own = self.call(
            self.manager_b,
            "bti.keyword",
            "create",
            {
                "name": "PRICE",
                "company_id": self.company_b.id,
                "language_ids": [Command.create({"lang": "fr", "words": "PRIX"})],
            },
        )
        self.call(self.manager_b, "bti.keyword", "write", [own], {"name": "PRICES"})
        self.assertRefused(self.manager_b, "bti.keyword", "write", [own], {"company_id": False})
        self.call(self.manager_b, "bti.keyword", "unlink", [own])

    def test_administrator_changes_what_is_shared(self):
        french = self.stop.language_ids.filtered(lambda language: language.lang == "fr")
        words = f"{french.words}\nASSEZ"
        self.call(self.administrator, french._name, "write", french.ids, {"words": words})
        self.call(self.administrator, "bti.operator", "write", self.operator.ids, {"color": 3})
        self.env.invalidate_all()
        self.write_sms("assez", sender=MOBILE)
        self.assertTrue(self.refused())

    def test_law_is_not_switched_off_by_anybody(self):
        languages = {language.lang: language for language in self.stop.language_ids}
        for method, args in [
            ("write", [{"active": False}]),
            ("action_archive", []),
            ("write", [{"action": "answer"}]),
            ("write", [{"company_id": self.company_b.id}]),
            ("write", [{"channel_ids": [Command.link(self.channel.id)]}]),
            ("write", [{"language_ids": [Command.clear()]}]),
            ("write", [{"language_ids": [Command.delete(languages["fr"].id)]}]),
            ("unlink", []),
        ]:
            self.assertRefused(self.administrator, "bti.keyword", method, self.stop.ids, *args)
        other = self.env["bti.keyword"].create(
            {"name": "x", "language_ids": [Command.create({"lang": "en", "words": "x"})]}
        )
        for lang in ("fr", "ar"):
            language = languages[lang]
            for method, args in [
                ("write", [{"words": "XSTOP"}]),
                ("write", [{"words": ""}]),
                ("write", [{"keyword_id": other.id}]),
                ("unlink", []),
            ]:
                self.assertRefused(self.administrator, language._name, method, language.ids, *args)
        for number, word in enumerate(LAW_WORDS):
            sender = f"+21355012350{number}"
            self.write_sms(word, sender=sender)
            self.assertTrue(self.refused(sender), word)

    def test_no_other_keyword_takes_the_words_of_refusal_away(self):
        self.call(
            self.manager_a,
            "bti.keyword",
            "create",
            {
                "name": "Not so fast",
                "company_id": self.company_a.id,
                "sequence": 1,
                "language_ids": [Command.create({"lang": "fr", "words": "STOP", "answer": "No"})],
            },
        )
        self.write_sms("STOP", sender=MOBILE)
        self.assertTrue(self.refused())

    def test_with_one_company_its_manager_may(self):
        self.assertFalse(self.manager_b._bti_may_change_shared())
        self.patch(self.registry["res.company"], "_bti_is_only_one", lambda company: True)
        self.assertTrue(self.manager_b._bti_may_change_shared())

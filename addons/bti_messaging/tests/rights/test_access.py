import inspect

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import OTHER_MOBILE, MessagingCase, MessagingMixin

OPERATIONS = ("read", "write", "create", "unlink")
ALL = "read write create unlink"
# model: what agents may do, what managers may do. Nobody else may do anything, except MARKETING.
ACCESS = {
    "bti.acknowledgement": ("read", ALL),
    "bti.budget": ("read", ALL),
    "bti.budget.alert": ("read", "read"),
    "bti.campaign.confirm": ("", ""),
    "bti.campaign.run": ("", ""),
    "bti.channel": ("read", ALL),
    "bti.channel.alert": ("read", "read"),
    "bti.channel.choice": (ALL, ALL),
    "bti.channel.price": ("read", ALL),
    "bti.channel.test": ("", ALL),
    "bti.channel.topup": ("", ALL),
    # passwords and tokens are typed there: for system administrators only
    "bti.connect": ("", ""),
    "bti.connect.candidate": ("", ""),
    "bti.consent": ("read", "read create"),
    "bti.consent.ask": (ALL, ALL),
    "bti.consent.record": (ALL, ALL),
    "bti.event": ("", "read"),
    "bti.filing": (ALL, ALL),
    "bti.filing.line": (ALL, ALL),
    "bti.filing.rule": ("read", ALL),
    "bti.identity": ("read", "read"),
    "bti.identity.link": (ALL, ALL),
    "bti.identity.match": ("read", "read"),
    "bti.identity.match.decide": (ALL, ALL),
    "bti.account": ("read", ALL),
    "bti.inbox": ("", "read"),
    "bti.lead.answer": ("read", "read"),
    "bti.lead.backfill": ("", ALL),
    "bti.lead.form": ("read", "read write"),
    "bti.lead.question": ("read", "read write"),
    "bti.lead.test": (ALL, ALL),
    "bti.lead.test.line": (ALL, ALL),
    "bti.media": ("read", "read"),
    "bti.keyword": ("read", ALL),
    "bti.keyword.language": ("read", ALL),
    "bti.keyword.phrase": ("read", "read"),
    "bti.message": ("read", "read"),
    "bti.message.retry": (ALL, ALL),
    "bti.network.price": ("read", ALL),
    "bti.operator": ("read", ALL),
    "bti.page.action": ("read", "read"),
    "bti.page.answer": (ALL, ALL),
    "bti.page.comment": ("read", "read"),
    "bti.page.link": ("read", ALL),
    "bti.page.post": ("read", "read"),
    "bti.page.post.report": ("read", "read"),
    "bti.page.post.template": ("read", ALL),
    "bti.page.publication": ("read", "read"),
    "bti.page.rule": ("read", ALL),
    "bti.photo.ask": (ALL, ALL),
    "bti.photo.chunk": ("", ""),
    "bti.photo.file": ("read", "read"),
    "bti.photo.link": ("read", "read"),
    "bti.privacy": ("", ALL),
    "bti.privacy.line": ("", ALL),
    "bti.quiet.period": ("read", ALL),
    "bti.start.page": ("", ""),
    "bti.template": ("read", ALL),
    "bti.template.new": ("", ALL),
    "bti.template.parameter": ("read", "read write"),
    "bti.template.send": (ALL, ALL),
    "bti.template.send.value": (ALL, ALL),
}
MARKETING = {
    "bti.campaign.confirm": ALL,
    "bti.campaign.run": "read",
    # posts are written for a Page, which is chosen
    "bti.channel": "read",
    "bti.page.post": "read",
    "bti.page.post.report": "read",
    "bti.page.post.template": ALL,
    "bti.page.publication": ALL,
    "bti.lead.answer": "read",
    "bti.lead.backfill": ALL,
    "bti.lead.form": "read write",
    "bti.lead.question": "read write",
    "bti.lead.test": ALL,
    "bti.lead.test.line": ALL,
    "bti.page.link": ALL,
}
# The plan of numbers of a country is the same for every company, as are its polite words.
COMMON = {"bti.keyword.phrase", "bti.operator", "bti.start.page"}
# What anybody may call, by address and verbs: authentication, whether Odoo's token is asked for.
ROUTES = {
    ("/bti/webhook/<string:webhook_key>", "GET POST"): ("bti_provider", False),
    ("/m/<string:token>", "GET"): ("public", False),
    ("/m/<string:token>", "POST"): ("public", False),
    ("/m/c/<string:token>", "GET"): ("public", False),
    ("/m/c/<string:token>", "POST"): ("public", False),
    ("/ph/<string:token>", "GET"): ("public", False),
    ("/ph/<string:token>/<string:key>", "POST"): ("public", False),
    ("/ph/<string:token>/<string:key>/<int:number>", "POST"): ("public", False),
    ("/my/preferences", "GET"): ("user", True),
    ("/html_editor/generate_text", "ANY"): ("user", True),
    ("/web_editor/generate_text", "ANY"): ("user", True),
}
MARKETER = "base.group_user,mass_mailing.group_mass_mailing_user"
DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


class TestAccess(MessagingCase):
    """Who may do what with every model of the addon: a new one has to be named here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls._create_other("marketer", MARKETER)
        cls.portal = cls._create_other("portal", "base.group_portal")
        cls.public = cls.env.ref("base.public_user")
        cls.channel_a = cls._create_kannel()
        cls.channel_b = cls._create_kannel(company=cls.company_b)
        cls.stranger = cls.env["res.partner"].create(
            {"name": "Client B", "phone": OTHER_MOBILE, "company_id": cls.company_b.id}
        )

    @classmethod
    def _create_other(cls, login, group):
        return new_test_user(
            cls.env,
            login=login,
            groups=group,
            company_id=cls.company_a.id,
            company_ids=[(6, 0, cls.company_a.ids)],
        )

    def models(self):
        """:return: the models that this addon makes, those of other addons left out"""
        return {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "bti_messaging" and not model._abstract
        }

    def as_user(self, records, user):
        return records.with_user(user).with_context(allowed_company_ids=user.company_id.ids)

    def test_every_model_says_who_may_do_what(self):
        self.assertEqual(self.models(), set(ACCESS))
        for model, (agent, manager) in ACCESS.items():
            for user, allowed in [
                (self.agent_a, agent),
                (self.manager_a, manager),
                (self.marketer, MARKETING.get(model, "")),
                (self.employee_a, ""),
                (self.portal, ""),
                (self.public, ""),
            ]:
                with self.subTest(f"{model} {user.login}"):
                    records = self.as_user(self.env[model], user)
                    found = [name for name in OPERATIONS if records.has_access(name)]
                    self.assertEqual(" ".join(found), allowed)

    def test_every_model_has_a_rule_for_all_users(self):
        ruled = set(self.env["ir.rule"].search([("groups", "=", False)]).model_id.mapped("model"))
        self.assertEqual(self.models() - COMMON - ruled, set())

    def _make_rows(self, company, channel, partner):
        """One record of each kind of a company."""
        identity = self.env["bti.identity"]._get_or_create(channel, OTHER_MOBILE)
        keyword = self.env["bti.keyword"].create(
            {
                "name": "K",
                "company_id": company.id,
                "language_ids": [(0, 0, {"lang": "fr", "words": "PRIX"})],
            }
        )
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Bricks",
                "mailing_type": "sms",
                "body_plaintext": "x",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "company_id": company.id,
            }
        )
        consent = self.env["bti.consent"]._record(
            company, "sms", OTHER_MOBILE, "withdrawn", "call", partner=partner
        )
        run = self.env["bti.campaign.run"].create({"mailing_id": mailing.id})
        account = self.env["bti.account"].create({"name": "App", "company_id": company.id})
        message = self.env["bti.message"]._receive(channel, f"media {company.id}", "3000", "x")
        media = self.env["bti.media"].create(
            {"channel_id": channel.id, "message_id": message.id, "kind": "image"}
        )
        page = [self._make_comment(channel), *self._make_page_rows(channel)]
        price = self.env["bti.network.price"].create({"company_id": company.id, "price": 1.0})
        return [
            price,
            consent,
            identity,
            keyword,
            keyword.language_ids,
            run,
            account,
            *page,
            *self._make_photo_rows(company, partner),
            *self._make_templates(channel),
            *self._make_lead_rows(channel),
            self._make_link(channel),
            media,
            mailing,
        ]

    def _make_templates(self, channel):
        template = self.env["bti.template"].create(
            {
                "name": f"text_{self.env['bti.template'].search_count([])}",
                "language": "fr",
                "body": "Le {{1}} est prêt.",
                "channel_id": channel.id,
            }
        )
        return template, template.parameter_ids

    def _make_lead_rows(self, channel):
        form = self.env["bti.lead.form"]._find_or_create(channel, "22")
        form._add_unknown_questions(["full_name"])
        answer = self.env["bti.lead.answer"]._find_or_create(channel, "33", {"form_id": form.id})
        return form, form.question_ids, answer

    def _make_link(self, channel):
        return self.env["bti.page.link"].create({"name": "Gate", "channel_id": channel.id})

    def _make_comment(self, channel):
        return self.env["bti.page.comment"].create(
            {
                "channel_id": channel.id,
                "external_id": f"{len(self.env['bti.page.comment'].search([]))}",
            }
        )

    def _make_photo_rows(self, company, partner):
        link = self.env["bti.photo.link"].create(
            {
                "company_id": company.id,
                "res_model": partner._name,
                "res_id": partner.id,
                "expires_on": "2100-01-01",
            }
        )
        rule = self.env["bti.filing.rule"].create({"name": "R", "company_id": company.id})
        file = link.file_ids.create({"link_id": link.id, "key": "a", "size": 1})
        identity = self.env["bti.identity"].search([("company_id", "=", company.id)], limit=1)
        match = rule.env["bti.identity.match"].create(
            {"identity_id": identity.id, "number": f"+21355{link.id:07}"}
        )
        return link, file, rule, match

    def _make_page_rows(self, channel):
        comment = self._make_comment(channel)
        post = self.env["bti.page.post"]._find_or_create(channel, comment.external_id)
        rule = self.env["bti.page.rule"].create(
            {"name": "R", "words": "x", "company_id": channel.company_id.id}
        )
        publication = self.env["bti.page.publication"].create(
            {"name": "P", "channel_id": channel.id, "text_fr": "Bonjour"}
        )
        template = self.env["bti.page.post.template"].create(
            {"name": "T", "company_id": channel.company_id.id}
        )
        told = self.env["bti.acknowledgement"].create(
            {"name": "A", "company_id": channel.company_id.id, "text": "x"}
        )
        return publication, template, post, comment._queue_action("hide"), rule, told

    def test_rows_of_another_company_are_neither_seen_nor_changed(self):
        own = self._make_rows(self.company_a, self.channel_a, self.client_a)
        foreign = self._make_rows(self.company_b, self.channel_b, self.stranger)
        for mine, other in zip(own, foreign, strict=True):
            marketing = mine._name in ("bti.campaign.run", "mailing.mailing")
            users = [self.marketer] if marketing else [self.agent_a, self.manager_a]
            for user in users:
                with self.subTest(f"{mine._name} {user.login}"):
                    found = self.as_user(self.env[mine._name], user).search([])
                    self.assertIn(mine, found)
                    self.assertNotIn(other, found)
                    for call in (
                        lambda records: records.read(["display_name"]),
                        lambda records: records.write({"create_date": False}),
                        lambda records: records.unlink(),
                    ):
                        # a consent refuses to be changed whoever asks
                        refusal = UserError if mine._name == "bti.consent" else AccessError
                        with self.assertRaises(refusal), mute_logger(*DENIED):
                            call(self.as_user(other, user))

    def test_manager_gives_nothing_to_another_company(self):
        consent = {"address": OTHER_MOBILE, "state": "given", "how": "paper", "proof": "x"}
        draft = self._create_kannel(name="Draft", state="draft")
        budget = self.env["bti.budget"].create(
            {"name": "B", "company_id": self.company_a.id, "amount": 1.0}
        )
        period = self.env["bti.quiet.period"].create({"name": "Q", "company_id": self.company_a.id})
        price_of_network, _consent, _identity, keyword, *_rows = self._make_rows(
            self.company_a, self.channel_a, self.client_a
        )
        operator = self.env["bti.operator"].search([], limit=1)
        price = {"operator_id": operator.id, "cost_per_part": 1.0}
        topup = {"amount": 1.0}
        foreign = {"company_id": self.company_b.id}
        for model, vals in [("bti.channel.price", price), ("bti.channel.topup", topup)]:
            with self.subTest(model):
                own = self.as_user(self.env[model], self.manager_a).create(
                    {**vals, "channel_id": self.channel_a.id}
                )
                create = lambda new, own=own, vals=vals: own.create({**vals, **new})  # noqa: E731
                for call in (own.write, create):
                    with self.assertRaises(AccessError), mute_logger(*DENIED):
                        call({"channel_id": self.channel_b.id})
        for record, vals in [
            (draft, {"name": "x", "provider": "log"}),
            (budget, {"name": "x", "amount": 1.0}),
            (period, {"name": "x"}),
            (price_of_network, {"price": 2.0}),
            (keyword, {"name": "x"}),
            (self.env["bti.consent"], consent),
        ]:
            as_manager = self.as_user(record, self.manager_a)
            with self.subTest(record._name):
                with self.assertRaises(AccessError), mute_logger(*DENIED):
                    as_manager.create({**vals, **foreign})
                if record:
                    with self.assertRaises(AccessError), mute_logger(*DENIED):
                        as_manager.write(foreign)

    def test_marketer_hands_no_campaign_to_another_company(self):
        *_rows, media, campaign = self._make_rows(self.company_a, self.channel_a, self.client_a)
        with self.assertRaises(AccessError), mute_logger(*DENIED):
            self.as_user(campaign, self.marketer).write({"company_id": self.company_b.id})

    # === WIZARDS === #

    def test_what_one_person_types_into_a_wizard_is_not_for_the_others(self):
        """Odoo shows transient records to everybody who may use the wizard."""
        identity = self.env["bti.identity"]._get_or_create(self.channel_a, OTHER_MOBILE)
        partner = {"partner_id": self.client_a.id}
        colleague = self._create_user("colleague_a", self.company_a, "group_messaging_manager")
        marketer = self._create_other("marketer_2", MARKETER)
        form, _question, _answer = self._make_lead_rows(self.channel_a)
        *_rows, media, campaign = self._make_rows(self.company_a, self.channel_a, self.client_a)
        cases = [
            ("bti.consent.ask", partner, self.agent_a, colleague),
            ("bti.consent.record", {**partner, "proof": "x"}, self.agent_a, colleague),
            ("bti.identity.link", {**partner, "identity_id": identity.id}, self.agent_a, colleague),
            (
                "bti.channel.test",
                {"channel_id": self.channel_a.id, "number": OTHER_MOBILE, "body": "x"},
                self.manager_a,
                colleague,
            ),
            ("bti.message.retry", {}, self.agent_a, colleague),
            (
                "bti.page.answer",
                {"comment_id": self._make_comment(self.channel_a).id},
                self.agent_a,
                colleague,
            ),
            (
                "bti.template.new",
                {"title": "x", "channel_id": self.channel_a.id},
                self.manager_a,
                colleague,
            ),
            (
                "bti.template.send",
                {**partner, "channel_id": self.channel_a.id, "language": "fr"},
                self.agent_a,
                colleague,
            ),
            ("bti.lead.test", {"form_id": form.id}, self.agent_a, colleague),
            ("bti.lead.backfill", {"form_ids": form.ids}, self.manager_a, colleague),
            ("bti.privacy", {"phone": OTHER_MOBILE}, self.manager_a, colleague),
            ("bti.campaign.confirm", {"mailing_id": campaign.id}, self.marketer, marketer),
        ]
        for model, vals, author, other in cases:
            with self.subTest(model):
                wizard = self.as_user(self.env[model], author).create(vals)
                self.assertTrue(wizard.read(["create_uid"]))
                with self.assertRaises(AccessError), mute_logger(*DENIED):
                    self.as_user(wizard, other).read(["create_uid"])

    def test_wizards_do_nothing_to_another_companys_people(self):
        foreign = self.env["bti.identity"]._get_or_create(self.channel_b, OTHER_MOBILE)
        before = self.env["bti.consent"].search_count([])
        form, _question, _answer = self._make_lead_rows(self.channel_b)
        for model, vals, action in [
            ("bti.lead.test", {"form_id": form.id}, "read"),
            ("bti.lead.backfill", {"form_ids": form.ids}, "action_look"),
            ("bti.consent.ask", {"partner_id": self.stranger.id}, "action_ask"),
            (
                "bti.consent.record",
                {"partner_id": self.stranger.id, "proof": "x"},
                "action_record",
            ),
            (
                "bti.identity.link",
                {"identity_id": foreign.id, "partner_id": self.client_a.id},
                "action_link",
            ),
            (
                "bti.page.answer",
                {"comment_id": self._make_comment(self.channel_b).id, "text": "x"},
                "action_send",
            ),
            (
                "bti.channel.test",
                {"channel_id": self.channel_b.id, "number": OTHER_MOBILE, "body": "x"},
                "action_send",
            ),
            (
                "bti.template.send",
                {
                    "partner_id": self.stranger.id,
                    "channel_id": self.channel_a.id,
                    "language": "fr",
                    "template_id": self._make_templates(self.channel_a)[0].id,
                },
                "action_send",
            ),
        ]:
            with self.subTest(model):
                managers = ("bti.channel.test", "bti.lead.backfill")
                user = self.manager_a if model in managers else self.agent_a
                with self.assertRaises(AccessError), mute_logger(*DENIED):
                    wizard = self.as_user(self.env[model], user).create(vals)
                    getattr(wizard, action)()
        self.assertEqual(self.env["bti.consent"].search_count([]), before)
        self.assertFalse(foreign.partner_id)
        self.assertFalse(self.Message.search([("channel_id", "=", self.channel_b.id)]))

    def test_every_wizard_names_only_what_its_user_may_read(self):
        """Odoo reads whatever record a wizard names with all rights."""
        for name, model in self.env.registry.items():
            if not (model._transient and model._original_module.startswith("bti_")):
                continue
            named = [
                field.name
                for field in model._fields.values()
                if field.type in ("many2one", "many2many")
                and field.store
                and field.name not in MAGIC_COLUMNS
                and not self.env[field.comodel_name]._transient
            ]
            with self.subTest(name):
                self.assertTrue(not named or hasattr(model, "_check_named"), named)

    # === METHODS === #

    def _get_calls(self):
        """What can be called from outside and does something: record, method, who may."""
        message = self._create_message(self.channel_a)
        identity = self.env["bti.identity"]._get_or_create(self.channel_a, OTHER_MOBILE)
        inbound = self.Message._receive(self.channel_a, "ref", OTHER_MOBILE, "Bonjour")
        inbox = self.env["bti.inbox"].create({"channel_id": self.channel_a.id, "method": "GET"})
        event = self.env["bti.event"].create(
            {"channel_id": self.channel_a.id, "key": "k", "kind": "status"}
        )
        *_rows, media, campaign = self._make_rows(self.company_a, self.channel_a, self.client_a)
        comment = self._make_comment(self.channel_a)
        publication, _template, post, action, *_others = self._make_page_rows(self.channel_a)
        template, _parameter = self._make_templates(self.channel_a)
        form, _question, answer = self._make_lead_rows(self.channel_a)
        agents, managers, marketers, mappers = "agent", "manager", "marketing", "mapper"
        link, _file, _rule, match = self._make_photo_rows(self.company_a, self.client_a)
        administrators = "administrator"
        return [
            (self.channel_a, "action_activate", managers),
            (self.channel_a, "action_pause", managers),
            (self.channel_a, "action_try_again", managers),
            (self.channel_a, "action_register_webhooks", managers),
            (self.channel_a, "action_look_up_unknown", managers),
            (self.channel_a, "action_check_connection", managers),
            (self.channel_a, "action_connect_facebook", administrators),
            (self.channel_a, "action_connect_whatsapp", administrators),
            (self.channel_a, "action_connect_viber", administrators),
            (self.channel_a, "action_reconnect", administrators),
            (message, "action_cancel", agents),
            (message, "action_retry", agents),
            (inbound, "action_open_conversation", agents),
            (inbound, "action_create_contact", agents),
            (inbound, "action_link_contact", agents),
            (identity, "action_create_contact", agents),
            (identity, "action_link_contact", agents),
            (identity, "action_find_contact", agents),
            (identity, "action_open_conversation", agents),
            (inbox, "action_process_again", managers),
            (event, "action_process_again", managers),
            (media, "action_process_again", managers),
            (post, "action_process_again", managers),
            (action, "action_process_again", managers),
            (answer, "action_process_again", agents),
            (answer, "action_settle", agents),
            (answer, "action_open_lead", marketers),
            (form, "action_sync", mappers),
            (form, "action_back_fill", mappers),
            (action, "action_cancel", agents),
            (match, "action_decide", agents),
            (identity, "action_decide_match", agents),
            (match, "action_refuse", agents),
            (link, "action_preview", agents),
            (link, "action_revoke", agents),
            (publication, "action_schedule", marketers),
            (publication, "action_publish_now", marketers),
            (publication, "action_back_to_draft", marketers),
            (publication, "action_look", marketers),
            (publication, "action_publish_again", marketers),
            (publication, "action_settle", marketers),
            (publication, "action_change_on_facebook", marketers),
            (publication, "action_delete_on_facebook", marketers),
            (comment, "action_answer", agents),
            (comment, "action_reply_privately", agents),
            (comment, "action_hide", agents),
            (comment, "action_unhide", agents),
            (comment, "action_delete", agents),
            (comment, "action_like", agents),
            (comment, "action_unlike", agents),
            (comment, "action_settle", agents),
            (comment, "action_make_lead", agents),
            (comment, "action_open_correspondent", agents),
            (inbound.conversation_id, "action_bti_open", agents),
            (inbound.conversation_id, "action_bti_close", agents),
            (inbound.conversation_id, "action_bti_open_client", agents),
            (inbound.conversation_id, "action_bti_send_template", agents),
            (template, "action_submit", managers),
            (template, "action_sync", managers),
            (template, "action_withdraw", managers),
            (inbound.conversation_id, "action_bti_take_over", agents),
            (inbound.conversation_id, "action_bti_write_sms", agents),
            (inbound.conversation_id, "bti_get_proposals", agents),
            (inbound.conversation_id, "action_bti_file_documents", agents),
            (campaign, "action_put_in_queue", marketers),
            (campaign, "action_sms_pause", marketers),
            (campaign, "action_sms_resume", marketers),
            (campaign, "action_sms_stop", marketers),
            (campaign, "action_retry_failed", marketers),
            (campaign, "get_sms_progress", marketers),
        ]

    def test_no_method_is_for_strangers(self):
        marketer_b = new_test_user(
            self.env,
            login="marketer_b",
            groups=MARKETER,
            company_id=self.company_b.id,
            company_ids=[(6, 0, self.company_b.ids)],
        )
        refused = {
            "agent": [self.employee_a, self.marketer, self.portal, self.public, self.agent_b],
            "manager": [
                self.agent_a,
                self.employee_a,
                self.marketer,
                self.portal,
                self.public,
                self.manager_b,
            ],
            "mapper": [
                self.agent_a,
                self.employee_a,
                self.portal,
                self.public,
                self.manager_b,
                marketer_b,
            ],
            "marketing": [self.employee_a, self.portal, self.public, marketer_b],
            "administrator": [
                self.manager_a,
                self.agent_a,
                self.employee_a,
                self.portal,
                self.public,
            ],
        }
        for record, method, role in self._get_calls():
            for user in refused[role]:
                with (
                    self.subTest(f"{record._name}.{method} {user.login}"),
                    self.assertRaises(AccessError),
                    mute_logger(*DENIED),
                    self.cr.savepoint(),
                ):
                    getattr(self.as_user(record, user), method)()

    def test_every_method_that_does_something_is_tried(self):
        tried = {(record._name, method) for record, method, _role in self._get_calls()}
        # they only show what the rights show, or belong to a wizard, whose rights are tried above
        shows = {
            ("bti.channel", "action_send_test"),
            ("bti.lead.form", "action_try_out"),
            ("bti.message", "action_open_document"),
            ("bti.photo.link", "action_open_document"),
        }
        for name in self.models():
            model = self.env.registry[name]
            for method, function in inspect.getmembers(model, inspect.isfunction):
                if (
                    not method.startswith("action_")
                    or method.startswith(("action_view_", "action_archive", "action_unarchive"))
                    or not function.__module__.startswith("odoo.addons.bti_messaging.")
                    or model._transient
                ):
                    continue
                with self.subTest(f"{name}.{method}"):
                    self.assertIn((name, method), tried | shows)


@tagged("post_install", "-at_install")
class TestRoutes(MessagingMixin, HttpCase):
    """Everything that can be called from outside without Odoo's own screens."""

    def routes(self):
        rules = http._generate_routing_rules(
            sorted(self.env.registry._init_modules), nodb_only=False
        )
        return {
            (url, " ".join(sorted(endpoint.routing["methods"] or ["ANY"]))): endpoint.routing
            for url, endpoint in rules
            if inspect.unwrap(endpoint.func).__module__.startswith("odoo.addons.bti_messaging.")
        }

    def test_every_route_is_named_with_its_protection(self):
        found = {
            key: (routing["auth"], routing.get("csrf", True))
            for key, routing in self.routes().items()
        }
        self.assertEqual(found, ROUTES)

    def test_what_strangers_may_call_is_bounded_and_keeps_no_session(self):
        for (url, verbs), routing in self.routes().items():
            if routing["auth"] == "user":
                continue
            with self.subTest(f"{url} {verbs}"):
                self.assertIs(routing["save_session"], False)
                if "POST" in verbs:
                    self.assertLessEqual(routing["max_content_length"], 1024 * 1024)

    def test_portal_page_is_for_who_is_logged_in(self):
        page = self.url_open("/my/preferences", allow_redirects=False)
        self.assertEqual(page.status_code, 303)
        self.assertIn("/web/login", page.headers["Location"])

    def test_other_verbs_are_refused(self):
        for url, verb in [
            ("/m/x", "put"),
            ("/m/c/x", "delete"),
            ("/my/preferences", "post"),
            ("/bti/webhook/x", "delete"),
        ]:
            with self.subTest(f"{verb} {url}"):
                answer = self.opener.request(verb, self.base_url() + url)
                self.assertEqual(answer.status_code, 405)

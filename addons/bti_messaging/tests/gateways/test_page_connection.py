from odoo.tests import BaseCase

from ...gateways.base import ConfigurationError, CredentialsError, PermissionMissing
from ...gateways.meta.graph import TokenInfo
from ...gateways.meta.page_connection import (
    PERMISSIONS,
    WANTED_FIELDS,
    find_missing_fields,
    find_missing_permissions,
)
from .page_case import PAGE, PageCase, refuse


class TestPageConnection(PageCase, BaseCase):
    def test_names_what_was_not_granted(self):
        names = tuple(PERMISSIONS)
        for token, missing in [
            (TokenInfo(scopes=names), []),
            (TokenInfo(scopes=names[1:]), [names[0]]),
            (TokenInfo(), list(names)),
            (TokenInfo(scopes=names, granted={"pages_messaging": (PAGE, "9")}), []),
            (TokenInfo(scopes=names, granted={"pages_messaging": ("9",)}), ["pages_messaging"]),
            (TokenInfo(scopes=names, granted={"pages_messaging": ()}), ["pages_messaging"]),
        ]:
            with self.subTest(token):
                self.assertEqual(find_missing_permissions(token, PAGE), missing)
        self.assertEqual(find_missing_permissions(TokenInfo(), PAGE, ["x"]), ["x"])

    def test_lists_the_pages_of_a_person(self):
        scopes = [
            {"scope": "pages_messaging", "target_ids": [PAGE, 5, "6"]},
            {"scope": "pages_show_list", "target_ids": [PAGE, 5]},
            {"scope": "instagram_basic", "target_ids": ["8"]},
        ]
        self.graph.answers = [
            (
                200,
                {
                    "data": [
                        {
                            "id": PAGE,
                            "name": "BTI",
                            "access_token": "t1",
                            "tasks": ["MESSAGING"],
                        },
                        {},
                        None,
                    ]
                },
            ),
            (200, {"data": {"is_valid": True, "granular_scopes": scopes}}),
            (200, {"id": "5", "name": "Dépôt", "access_token": "t5"}),
            refuse(200, status=403),
        ]
        first, second = self.page.connection.list_pages()
        self.assertEqual((first.id, first.name, first.token), (PAGE, "BTI", "t1"))
        self.assertEqual(first.tasks, ("MESSAGING",))
        self.assertEqual((second.id, second.name, second.token), ("5", "Dépôt", "t5"))
        self.assertNotIn("t1", repr(first))
        self.assertEqual(
            [request.path for request in self.graph.requests],
            ["me/accounts", "debug_token", "5", "6"],
        )

    def test_a_dead_token_is_no_empty_list(self):
        self.graph.answers = [refuse(190, 463)]
        with self.assertRaises(CredentialsError):
            self.page.connection.list_pages()

    def test_lists_without_the_secret_of_the_app(self):
        self.graph.usual["me/accounts"] = {"data": [{"id": 7, "name": "None"}]}
        [page] = self.make_page(app_secret="").connection.list_pages()
        self.assertEqual((page.id, page.name, page.token), ("7", "", ""))

    def test_gets_the_token_of_a_page(self):
        self.graph.usual[PAGE] = {"id": PAGE, "access_token": "t1"}
        self.assertEqual(self.page.connection.get_page_token(PAGE), "t1")
        self.graph.usual[PAGE] = {"id": PAGE}
        with self.assertRaises(PermissionMissing):
            self.page.connection.get_page_token(PAGE)

    def test_reads_and_sets_what_the_page_tells(self):
        connection = self.page.connection
        path = f"{PAGE}/subscribed_apps"
        for data, fields in [
            ([], ()),
            ([None, {"id": "778", "subscribed_fields": ["feed"]}], ()),
            ([{"id": 777, "subscribed_fields": ["feed", "messages"]}], ("feed", "messages")),
            ([{"id": "777", "subscribed_fields": [{"name": "feed"}, None, 5]}], ("feed", "5")),
            ([{"id": "777", "subscribed_fields": None}], ()),
        ]:
            with self.subTest(data):
                self.graph.usual[path] = {"data": data}
                self.assertEqual(connection.get_subscribed_fields(), fields)
        connection.subscribe()
        asked = self.asked()
        self.assertEqual((asked.method, asked.path), ("POST", path))
        self.assertEqual(asked.json, {"subscribed_fields": ",".join(WANTED_FIELDS)})
        connection.unsubscribe()
        self.assertEqual((self.asked().method, self.asked().path), ("DELETE", path))

    def test_reads_what_the_app_is_told(self):
        connection = self.page.connection
        self.graph.usual["777/subscriptions"] = {
            "data": [
                None,
                {"object": "user"},
                {
                    "object": "page",
                    "callback_url": "https://odoo.example.com/x",
                    "fields": [{"name": "messages", "version": "v26.0"}, "feed"],
                    "active": True,
                },
            ]
        }
        found = connection.get_app_subscription()
        self.assertEqual(found.callback_url, "https://odoo.example.com/x")
        self.assertEqual((found.fields, found.active), (("messages", "feed"), True))
        asked = self.asked()
        self.assertEqual(asked.headers["authorization"], "Bearer 777|app-secret")
        self.assertNotIn("app-secret", str(asked.query))
        self.assertEqual(
            find_missing_fields(found.fields, ("messages", "feed", "leadgen")), ["leadgen"]
        )
        self.graph.usual["777/subscriptions"] = {"data": []}
        self.assertFalse(connection.get_app_subscription().active)
        for config in ({"app_id": ""}, {"app_secret": ""}):
            with self.subTest(config), self.assertRaises(ConfigurationError):
                self.make_page(**config).connection.get_app_subscription()

    def test_tells_what_is_used_up(self):
        self.graph.answers = [(200, {"data": []}, {"X-App-Usage": '{"call_count": 85}'})]
        self.page.connection.get_subscribed_fields()
        self.assertTrue(self.page.usage.slow_down)

import io
import re
import struct
import zlib
from datetime import timedelta

from PIL import Image

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ...models.photo.receiving import CHUNK
from ...tools import rate_limit
from ..common import MOBILE, OTHER_MOBILE, MessagingMixin

KEY = "a" * 32
Image.init()
CLOSED_WEBP = "WEBP" not in Image.OPEN
LINK = re.compile(r"/ph/([0-9A-Za-z]{16,})")
SEALED = re.compile(r"/ph/[0-9]+\.[0-9]+\.\.+")


def picture(size=(8, 8), form="JPEG", color="red"):
    """:return: bytes of a picture"""
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, form)
    return file.getvalue()


def bomb():
    """:return: a PNG of some bytes that says it has 10,000 million pixels"""

    def part(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", head)
        + part(b"IDAT", zlib.compress(b"\0"))
        + part(b"IEND", b"")
    )


@tagged("post_install", "-at_install")
class TestPhotoLink(MessagingMixin, HttpCase):
    """Photos that a client sends by the link in his SMS."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("fr_FR", "ar_001"):
            cls.env["res.lang"]._activate_lang(code)
        cls.channel_a = cls._create_kannel()
        cls.client_a.write({"lang": "fr_FR", "user_id": cls.manager_a.id})

    def setUp(self):
        super().setUp()
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)

    def ask(self, document=None, user=None):
        """An agent asks for photos by the wizard.

        :return: the link, and the address that the client gets
        """
        document = document or self.client_a
        user = user or self.agent_a
        before = self.env["bti.photo.link"].search([])
        action = document.with_user(user).action_bti_ask_photos()
        Wizard = self.env["bti.photo.ask"].with_user(user).with_context(**action["context"])
        with Form(Wizard) as form:
            form.save().action_send()
        link = self.env["bti.photo.link"].search([]) - before
        return link, self.sent(link)

    def sent(self, link):
        message = self.Message.search([("number", "=", link.number)], limit=1)
        return LINK.search(message._get_whole_text())

    def send(self, path, content, key=KEY, name="site.jpg", pieces=None):
        """A phone sends a file.

        :return: what it was told at last
        """
        begin = self.url_open(f"{path}/{key}", data={"name": name, "size": len(content)})
        if begin.status_code != 200 or begin.json()["state"] != "coming":
            return begin
        count = -(-len(content) // CHUNK)
        for number in pieces if pieces is not None else range(count):
            piece = content[number * CHUNK : (number + 1) * CHUNK]
            begin = self.url_open(f"{path}/{key}/{number}", data=piece)
        return begin

    def photos(self, document=None):
        document = document or self.client_a
        return self.env["ir.attachment"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )

    # === ASKING === #

    def test_what_is_stored_opens_nothing_and_what_is_sent_does(self):
        link, sent = self.ask()
        self.assertEqual((link.number, link.partner_id), (MOBILE, self.client_a))
        self.assertEqual(link.user_id, self.manager_a)
        message = self.Message.search([("number", "=", MOBILE)], limit=1)
        posted = self.client_a.message_ids.filtered(lambda item: item.message_type == "sms")
        for stored in (message.body, posted[:1].body):
            self.assertRegex(stored, SEALED)
            self.assertNotRegex(stored, LINK)
            self.assertEqual(self.url_open(SEALED.search(stored)[0]).status_code, 404)
        self.assertEqual(len(message._get_whole_text()), len(message.body))
        self.assertEqual(self.url_open(sent[0]).status_code, 200)

    def test_link_goes_to_its_number_only(self):
        link, _sent = self.ask()
        text = f"x {link._get_sealed_url()}"
        Partner = self.env["res.partner"]
        self.assertRegex(Partner._bti_complete_text(text, {MOBILE}), LINK)
        self.assertNotRegex(Partner._bti_complete_text(text, {OTHER_MOBILE}), LINK)
        forged = text.replace(f"/ph/{link.id}.", f"/ph/{link.id + 1}.")
        self.assertNotRegex(Partner._bti_complete_text(forged, {MOBILE}), LINK)

    def test_text_is_the_company_s_in_the_client_s_language(self):
        template = self.env.ref("bti_messaging.sms_template_photo").copy()
        template.body = "Photos of {document}? {link}"
        template.with_context(lang="fr_FR").body = "Photos de {document} ? {link}"
        self.company_a.photo_template_id = template
        self.ask()
        message = self.Message.search([("number", "=", MOBILE)], limit=1)
        self.assertIn("Photos de Client A ? ", message.body)

    def test_who_may_not_ask(self):
        self.client_a.company_id = self.company_a
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self.ask(user=self.employee_a)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.ask(user=self.agent_b)
        self.client_a.phone = False
        with self.assertRaises(UserError):
            self.client_a.with_user(self.agent_a)._bti_make_photo_link()
        wizard = self.env["bti.photo.ask"].with_user(self.agent_a)
        stranger = self.env["res.partner"].create(
            {"name": "Secret", "company_id": self.company_b.id}
        )
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            wizard.with_context(allowed_company_ids=self.company_a.ids).create(
                {"res_model": "res.partner", "res_id": stranger.id}
            )
        for model in ("res.users", "ir.attachment", "no.model"):
            with self.subTest(model), self.assertRaises(UserError):
                wizard.create({"res_model": model, "res_id": 1, "body": "x"}).action_send()

    # === RECEIVING === #

    def test_photo_becomes_a_file_of_the_document_and_somebody_looks(self):
        link, sent = self.ask()
        told = self.send(sent[0], picture()).json()
        self.assertEqual(told["state"], "done")
        photo = self.photos()
        self.assertEqual((photo.name, photo.mimetype), ("site.jpg", "image/jpeg"))
        self.assertEqual(photo.raw, picture())
        self.assertEqual(self.client_a.message_ids[0].attachment_ids, photo)
        self.assertEqual(self.client_a.message_ids[0].author_id, self.client_a)
        activity = self.client_a.activity_ids
        self.assertEqual(activity.user_id, self.manager_a)
        # the next one stands in the same note, nobody is called twice
        self.send(sent[0], picture(color="blue"), key="b" * 32)
        self.assertEqual(len(self.client_a.message_ids[0].attachment_ids), 2)
        self.assertEqual(self.client_a.activity_ids, activity)
        self.assertEqual(link.file_count, 2)

    def test_repeated_pieces_and_files_change_nothing(self):
        _link, sent = self.ask()
        content = picture((3000, 3000), "PNG", "green") + b"x" * CHUNK * 2
        last = -(-len(content) // CHUNK) - 1
        told = self.send(sent[0], content, pieces=[0, 0, last, last]).json()
        self.assertEqual((told["state"], sorted(told["have"])), ("coming", [0, last]))
        # after the cut the phone asks what is there
        again = self.url_open(f"{sent[0]}/{KEY}", data={"name": "x", "size": len(content)}).json()
        self.assertEqual(sorted(again["have"]), [0, last])
        self.assertEqual(self.send(sent[0], content).json()["state"], "done")
        self.assertEqual(self.photos().raw, content)
        self.assertFalse(self.env["bti.photo.chunk"].search([]))
        self.assertEqual(self.send(sent[0], content).json()["state"], "done")
        # the same photo, chosen twice
        self.assertEqual(self.send(sent[0], content, key="b" * 32).json()["state"], "done")
        self.assertEqual(len(self.photos()), 1)

    def test_constraints_exist(self):
        self.env.cr.execute(
            "SELECT conname FROM pg_constraint WHERE conname IN %s UNION "
            "SELECT indexname FROM pg_indexes WHERE indexname IN %s",
            [
                ("bti_photo_file_key_uniq", "bti_photo_chunk_number_uniq"),
                ("bti_photo_file_content_uniq",),
            ],
        )
        self.assertEqual(self.env.cr.rowcount, 3)

    def test_files_are_what_their_bytes_say(self):
        _link, sent = self.ask()
        video = b"\0\0\0\x18ftypmp42" + b"\0" * 100
        for number, (content, state) in enumerate(
            [
                (picture(form="PNG"), "done"),
                (b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 50, "done" if CLOSED_WEBP else "refused"),
                (video, "done"),
                (b"\0\0\0\x18ftypheic" + b"\0" * 100, "done"),
                (bomb(), "refused"),
                (b"\xff\xd8\xff\xe0" + b"x" * 50, "refused"),
                (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "refused"),
                (b"<html><script>alert(1)</script>", "refused"),
                (b"MZ" + b"x" * 90, "refused"),
                (b"%PDF-1.7 x", "refused"),
                (b"GIF89a" + b"x" * 90, "refused"),
                (b"x", "refused"),
            ]
        ):
            with self.subTest(number):
                told = self.send(sent[0], content, key=f"{number:032x}").json()
                self.assertEqual(told["state"], state)
        self.assertEqual(len(self.photos()), 3 + CLOSED_WEBP)

    def test_limits(self):
        self.company_a.write({"photo_max_files": 2, "photo_max_mb": 1})
        link, sent = self.ask()
        big = self.url_open(f"{sent[0]}/{KEY}", data={"size": 1024 * 1024 + 1}).json()
        self.assertEqual(big, {"state": "refused", "reason": "size"})
        for size in ("", "0", "-5", "x", "٣", "9" * 30):
            told = self.url_open(f"{sent[0]}/{KEY}", data={"size": size}).json()
            self.assertEqual(told["reason"], "size", size)
        for number in range(2):
            self.send(sent[0], picture(color=(number, 0, 0)), key=f"{number:032x}")
        told = self.send(sent[0], picture(color="white"), key="f" * 32).json()
        self.assertEqual(told["reason"], "number")
        self.assertEqual(len(link.file_ids), 2)

    def test_nonsense_is_refused(self):
        _link, sent = self.ask()
        path, content = sent[0], picture()
        for url, data in [
            (f"{path}/nokey", {"size": 5}),
            (f"{path}/{'A' * 32}", {"size": 5}),
            (f"{path}/{KEY}/0", content),  # never begun
            ("/ph/" + "x" * 24 + f"/{KEY}", {"size": 5}),
            ("/ph/\u0660" * 9, {"size": 5}),
        ]:
            with self.subTest(url):
                self.assertEqual(self.url_open(url, data=data).status_code, 404)
        self.url_open(f"{path}/{KEY}", data={"size": len(content)})
        for number, piece in [(1, content), (0, content[:-1]), (0, content + b"x"), (2**40, b"x")]:
            with self.subTest(number):
                answer = self.url_open(f"{path}/{KEY}/{number}", data=piece)
                self.assertEqual(answer.status_code, 404)
        too_much = self.url_open(f"{path}/{KEY}/0", data=b"x" * 400 * 1024)
        self.assertEqual(too_much.status_code, 413)

    # === THE LINK === #

    def test_revoked_and_expired_links_open_nothing(self):
        link, sent = self.ask()
        self.send(sent[0], picture((2000, 2000), "PNG"), pieces=[])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            link.with_user(self.agent_b).action_revoke()
        link.with_user(self.agent_a).action_revoke()
        self.assertEqual((link.state, link.revoked_by_id), ("revoked", self.agent_a))
        self.assertEqual(self.url_open(sent[0]).status_code, 404)
        self.assertEqual(self.send(sent[0], picture()).status_code, 404)
        self.assertEqual(self.url_open(f"{sent[0]}/{KEY}/0", data=b"x").status_code, 404)
        link, sent = self.ask()
        with freeze_time(fields.Datetime.now() + timedelta(days=9)):
            self.assertEqual(link._get_by_token(LINK.search(sent[0])[1]), link.browse())

    def test_link_of_a_document_that_is_gone(self):
        partner = self.client_a.copy({"phone": "0661 23 45 67"})
        _link, sent = self.ask(partner)
        partner.unlink()
        self.assertEqual(self.url_open(sent[0]).status_code, 404)

    def test_page_speaks_the_client_s_language(self):
        _link, sent = self.ask()
        page = self.url_open(sent[0])
        self.assertIn('lang="fr"', page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertNotIn("session_id", page.cookies)
        self.assertNotIn("550123456", page.text)
        self.assertIn('dir="rtl"', self.url_open(f"{sent[0]}?lang=ar_001").text)

    def test_office_looks_at_the_page_but_sends_nothing(self):
        link, _sent = self.ask()
        url = link.with_user(self.agent_a).action_preview()["url"]
        path = LINK.search(url)[0]
        page = self.url_open(path)
        self.assertIn('name="preview"', page.text)
        self.assertEqual(self.send(path, picture()).status_code, 404)

    def test_who_guesses_is_slowed_and_his_neighbours_are_not(self):
        _link, sent = self.ask()
        codes = {self.url_open(f"/ph/{'x' * 24}").status_code for _number in range(10)}
        self.assertEqual(codes, {404})
        self.assertEqual(self.url_open(sent[0]).status_code, 200)

    def test_unfinished_files_are_forgotten(self):
        link, sent = self.ask()
        self.send(sent[0], picture((2000, 2000), "PNG") + b"x" * CHUNK, pieces=[0])
        link.file_ids._gc_unfinished()
        self.assertTrue(link.file_ids)
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            link.file_ids._gc_unfinished()
        self.assertFalse(link.file_ids or self.env["bti.photo.chunk"].search([]))

    def test_erasing_a_person_erases_his_photos(self):
        link, sent = self.ask()
        self.send(sent[0], picture())
        wizard = (
            self.env["bti.privacy"]
            .with_user(self.manager_a)
            .with_context(allowed_company_ids=self.company_a.ids)
            .create({"partner_id": self.client_a.id})
        )
        wizard.action_find()
        wizard.action_erase()
        self.assertFalse(self.photos() or link.number or link.partner_id)
        self.assertEqual(link.state, "revoked")

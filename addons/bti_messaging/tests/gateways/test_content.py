from odoo.tests import BaseCase

from ...gateways.base import FailureReason, OutgoingMessage, PermanentError
from ...gateways.capability import Capability, MediaLimit
from ...gateways.content import (
    Address,
    AddressKind,
    Choice,
    Content,
    Location,
    Media,
    MediaKind,
    SharedContact,
    TemplateText,
)

PHOTO = Media(MediaKind.IMAGE, content=b"x" * 100, mimetype="image/jpeg", filename="mur.jpg")
PHOTO_WITHOUT = Media(MediaKind.IMAGE, mimetype="image/jpeg", filename="mur.jpg")
NETWORK = Capability(
    addresses=frozenset({AddressKind.PSID}),
    text_length=20,
    caption_length=5,
    media={MediaKind.IMAGE: MediaLimit(100, frozenset({"image/jpeg"}))},
    media_count=1,
    choices=2,
    choice_length=6,
)


def outgoing(content, kind=AddressKind.PSID, value="61", **vals):
    return OutgoingMessage("ref1", Address(kind, value), content, **vals)


class TestContent(BaseCase):
    def test_what_a_message_says_is_stored_and_read_again(self):
        cases = [
            Content(),
            Content(text="السلام عليكم"),
            Content(text="0"),
            Content(media=(Media(MediaKind.VOICE, media_id="99", mimetype="audio/ogg", size=7),)),
            Content(location=Location(0.0, -0.0, name="Golfe de Guinée")),
            Content(location=Location(36.37, 3.9)),
            Content(contacts=(SharedContact("Karim", ("0550 12 34 56", "021"), own=True),)),
            Content(choices=(Choice("yes", "Oui"), Choice("no", "Non"))),
            Content(
                template=TemplateText(
                    "depart", "fr", parameters=(("", "B8"), ("truck", "")), header=PHOTO_WITHOUT
                )
            ),
            Content(unsupported="view once"),
        ]
        for content in cases:
            with self.subTest(content):
                self.assertEqual(Content.from_values(content.to_values()), content)

    def test_the_bytes_of_a_file_are_not_stored_with_the_words(self):
        values = Content(media=(PHOTO,)).to_values()
        self.assertNotIn("content", values["media"][0])
        self.assertNotIn("xxx", repr(PHOTO))

    def test_values_of_another_version_are_read(self):
        values = {"text": "Bonjour", "colour": "red", "media": [{"kind": "image", "fps": 25}]}
        content = Content.from_values(values)
        self.assertEqual(content.text, "Bonjour")
        self.assertEqual(content.media, (Media(MediaKind.IMAGE),))
        self.assertEqual(Content.from_values(None), Content())


class TestCapability(BaseCase):
    def test_carries_what_it_can(self):
        cases = [
            Content(text="12345678901234567890"),
            Content(text="12345", media=(PHOTO,)),
            Content(media=(PHOTO,)),
            Content(text="Quel?", choices=(Choice("a", "123456"), Choice("b", "B"))),
        ]
        for content in cases:
            with self.subTest(content):
                NETWORK.check(outgoing(content))

    def test_refuses_with_its_reason_what_it_lacks(self):
        video = Media(MediaKind.VIDEO, content=b"x")
        large = Media(MediaKind.IMAGE, content=b"x" * 101, mimetype="image/jpeg")
        linked = Media(MediaKind.IMAGE, url="https://x", size=101, mimetype="image/jpeg")
        heic = Media(MediaKind.IMAGE, content=b"x", mimetype="image/heic")
        untyped = Media(MediaKind.IMAGE, content=b"x")
        long_choice = (Choice("a", "1234567"),)
        reasons = FailureReason
        cases = [
            ("empty", outgoing(Content()), reasons.EMPTY),
            ("nobody", outgoing(Content(text="x"), value=""), reasons.NUMBER_MISSING),
            ("phone", outgoing(Content(text="x"), kind=AddressKind.PHONE), reasons.UNSUPPORTED),
            ("place", outgoing(Content(location=Location(1.0, 1.0))), reasons.UNSUPPORTED),
            ("contact", outgoing(Content(contacts=(SharedContact("A"),))), reasons.UNSUPPORTED),
            ("template", outgoing(Content(template=TemplateText("a", "fr"))), reasons.UNSUPPORTED),
            ("quotation", outgoing(Content(text="x"), reply_to="m1"), reasons.UNSUPPORTED),
            ("reaction", outgoing(Content(text="x"), reaction_to="m1"), reasons.UNSUPPORTED),
            ("video", outgoing(Content(media=(video,))), reasons.UNSUPPORTED),
            ("two files", outgoing(Content(media=(PHOTO, PHOTO))), reasons.MEDIA),
            ("large file", outgoing(Content(media=(large,))), reasons.MEDIA),
            ("large linked file", outgoing(Content(media=(linked,))), reasons.MEDIA),
            ("type", outgoing(Content(media=(heic,))), reasons.MEDIA),
            ("no type", outgoing(Content(media=(untyped,))), reasons.MEDIA),
            ("text", outgoing(Content(text="x" * 21)), reasons.TOO_LONG),
            ("caption", outgoing(Content(text="x" * 6, media=(PHOTO,))), reasons.TOO_LONG),
            (
                "choices",
                outgoing(Content(text="x", choices=3 * (Choice("a", "a"),))),
                reasons.UNSUPPORTED,
            ),
            ("choice", outgoing(Content(text="x", choices=long_choice)), reasons.TOO_LONG),
        ]
        for name, message, reason in cases:
            with self.subTest(name), self.assertRaises(PermanentError) as caught:
                NETWORK.check(message)
            self.assertEqual(caught.exception.reason, reason, name)

    def test_a_reaction_may_be_taken_back(self):
        able = Capability(addresses=frozenset({AddressKind.PSID}), reaction=True)
        able.check(outgoing(Content(), reaction_to="m1"))
        with self.assertRaises(PermanentError):
            able.check(outgoing(Content()))

    def test_no_text_beside_a_file_where_none_may_stand(self):
        bare = Capability(
            addresses=frozenset({AddressKind.PSID}),
            media={MediaKind.IMAGE: MediaLimit(100)},
            media_count=1,
        )
        bare.check(outgoing(Content(media=(PHOTO,))))
        with self.assertRaises(PermanentError) as caught:
            bare.check(outgoing(Content(text="Voici", media=(PHOTO,))))
        self.assertEqual(caught.exception.reason, FailureReason.UNSUPPORTED)

from ..common import MOBILE
from ..inbox.test_inbound import InboundCase

SIGNATURES = (
    "Envoyé de mon iPhone",
    "Envoyé depuis mon mobile Orange",
    "Envoyé à partir de Outlook pour Android",
    "Sent from my Galaxy",
    "أرسلت من هاتفي",
    "--\nMohamed Benali\nEntreprise de construction",
)
REFUSALS = (
    # French
    "STOP", "ARRET SMS", "Arrêt SMS svp", "STOP STOP", "stop stop stop!!!", "Stop, merci",
    "Bonjour, STOP SVP", "s'il vous plaît stop", "STOP s’il vous plait", "Stop SMS merci beaucoup",
    "STOP PUB", "Arrêtez vos SMS svp", "Arrêtez de m'envoyer des SMS", "plus de SMS svp",
    "désabonnez-moi svp", "STOP vos messages", "STOP au 3000", "STOP 3 0 0 0", "stop ٣٠٠٠",
    "STOP Brickworks A svp", "ARRET Brickworks A ARRET", "Brickworks A STOP", "3000 STOP",
    "STOP 0550 12 34 56", "STOP +213550123456", "stop 00213 550 12 34 56", "stop Client A",
    # Arabic
    "إلغاء", "إلغاء ٣٠٠٠", "الغاء ۳۰۰۰", "إلغاء 3000", "من فضلكم إلغاء", "إلغاء شكرا",
    "السلام عليكم، توقف من فضلك", "إلغاء إلغاء", "إلغاء الرسائل", "أوقفوا الرسائل من فضلكم",
    "إيقاف SMS", "توقف ٠٥٥٠١٢٣٤٥٦", "بركاو", "حبسو الرسائل", "لا أريد رسائل", "STOP إلغاء",
    # Arabic in Latin letters
    "7abess", "habess svp", "7absou les sms", "habsou sms", "ilgha2", "ilghaa", "ilgha2 3000",
    "salam, habess sms, sahit", "barkaw", "tawaqaf min fadlak", "waqfou les messages svp",
    "ma tab3atouch sms",
    # English
    "please stop", "STOP thanks", "unsubscribe please", "stop texting me",
)  # fmt: skip
SENTENCES = (
    "non stop", "ne pas arrêter la livraison", "Stop ! Le camion est passé",
    "stop la livraison de demain svp", "Le camion est à l'arrêt", "Stop merci de livrer demain",
    "STOP\nJe voulais dire : livrez demain", "Arrêt de bus en face du chantier",
    "fin du chantier lundi, merci", "Bonjour", "svp sms", "merci", "3000", "0550123456",
    "stop 0661 99 88 77", "stop 4000", "STOP START", "je ne veux pas stop",
    "إلغاء الطلب من فضلكم", "إلغاء الطلبية ٣٠٠٠", "السلام عليكم", "توقفت الشاحنة أمام الورشة",
    "لا تتوقف", "habess l camion", "barka sahit 3la livraison", "ilgha2 la commande svp",
    "SMS reçu, merci", "Envoyé de mon iPhone", "Merci\n\nEnvoyé de mon iPhone",
    "non stop\n\nEnvoyé de mon iPhone",
)  # fmt: skip


class TestRefusalWords(InboundCase):
    """What is a refusal in the client's words, and what only contains one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stop = cls.env.ref("bti_messaging.keyword_stop")
        cls.channel.flood_limit = 0

    def _says(self):
        """What the log says last of the client."""
        self.env.invalidate_all()
        return self.env["bti.consent"]._get_states(self.company_a, "sms", [MOBILE])[MOBILE]

    def test_refusal_in_any_wording_is_heard(self):
        signed = [f"STOP\n\n{signature}" for signature in SIGNATURES]
        for text in (*REFUSALS, *signed, f"إلغاء ٣٠٠٠ شكرا\n{SIGNATURES[4]}"):
            with self.subTest(text):
                self.write_sms("START", sender=MOBILE)
                message = self.write_sms(text, sender=MOBILE)
                self.assertEqual((message.keyword_id, self._says()), (self.stop, "withdrawn"))
                self.assertEqual(message.body, text, "kept as it was written")

    def test_sentence_that_contains_the_word_is_none(self):
        for text in SENTENCES:
            with self.subTest(text):
                message = self.write_sms(text, sender=MOBILE)
                self.assertFalse(message.keyword_id)
                self.assertEqual(self._says(), "none")

    def test_polite_no_answers_the_question(self):
        for text in ("Non merci", "لا شكرا", "non, svp", "la choukran", "NON NON"):
            with self.subTest(text):
                message = self.write_sms(text, sender=MOBILE)
                self.assertEqual(message.keyword_id, self.env.ref("bti_messaging.keyword_no"))

    def test_who_agrees_may_be_polite_too(self):
        message = self.write_sms("Bonjour, START svp", sender=MOBILE)
        self.assertEqual(message.keyword_id, self.env.ref("bti_messaging.keyword_start"))
        self.assertEqual(self._says(), "given")

    def test_words_around_are_records(self):
        text = "stop chef"
        self.assertFalse(self.write_sms(text, sender=MOBILE).keyword_id)
        self.env["bti.keyword.phrase"].create(
            {"name": "Ours", "kind": "around", "phrases": "chef\npatron"}
        )
        self.assertEqual(self.write_sms(text, sender=MOBILE).keyword_id, self.stop)
        self.assertEqual(self.write_sms("Patron, stop!", sender=MOBILE).keyword_id, self.stop)

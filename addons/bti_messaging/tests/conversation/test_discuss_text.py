from odoo.tests import BaseCase

from ...tools.discuss_text import to_plain_text


class TestDiscussText(BaseCase):
    def test_what_an_agent_writes_becomes_plain_text(self):
        link = "https://bti.dz/t/abc?x=1&y=2"
        href = link.replace("&", "&amp;")
        cases = [
            ("", ""),
            (None, ""),
            ("<p></p>", ""),
            ("Bonjour", "Bonjour"),
            ("<p>Bonjour</p>", "Bonjour"),
            ("Bonjour &amp; merci &lt;3", "Bonjour & merci <3"),
            ("a<br>b<br/>c", "a\nb\nc"),
            ("<p>a</p><p>b</p>", "a\nb"),
            ("<div>a<br></div><div>b</div>", "a\nb"),
            ("<b>gras</b> et <em>italique</em>", "gras et italique"),
            ("<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"),
            (f'Voir <a href="{href}">{href}</a> ici', f"Voir {link} ici"),
            (f'<a href="{href}">bti.dz/t/abc?x=1&amp;y=2</a>', link),
            (f'<a href="{href}">votre camion</a>', f"votre camion ({link})"),
            ('<a href="#" data-oe-model="res.partner" data-oe-id="3">@Salim</a> ?', "@Salim ?"),
            ('<a href="/odoo/sale.order/3" data-oe-model="sale.order">S0003</a>', "S0003"),
            ('<a href="javascript:alert(1)">x</a>', "x"),
            ('<img src="data:x" alt="logo"> texte', "logo texte"),
            ("طلبكم جاهز 😀", "طلبكم جاهز 😀"),
            ("a\u00a0b   c", "a b c"),
            ("<!-- note --><style>p{}</style>texte", "texte"),
            ("a<br><br><br><br>b", "a\n\nb"),
            ("<p>line\nof source</p>", "line of source"),
            ("unclosed <b>tag", "unclosed tag"),
        ]
        for body, text in cases:
            with self.subTest(body):
                self.assertEqual(to_plain_text(body), text)

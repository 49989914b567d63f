"""Whether a screen speaks its reader's language: words, figures, dates.

A word is English when it stands in the texts that addons translate and in none of the
translations: what French and English share, names and codes are left alone by themselves. A text
that is as a whole one of the texts to translate is English too, be its words French as well.
"""

import functools
import re
from collections import Counter
from pathlib import Path

from tests.conftest import ROOT, fact

# Odoo's addons on the screens of the brickworks' people
ODOO = """account base calendar contacts crm delivery fleet mail payment phone_validation portal
product sale sale_crm sale_management sales_team sale_stock sms stock stock_account stock_delivery
stock_fleet stock_picking_batch survey uom utm web web_tour""".split()
# Languages are called in English and in themselves; so are they in Odoo.
LANGUAGES = re.compile(r"English \(US\)|French / Français|Arabic / \S+")
# What people say in French and in Arabic, and names: of products, networks, files, keys, men.
SHARED = set("""
    android api apple axis bing business chromium community cookie csv drive excel facebook gmail
    gold google graph instagram iphone json linkedin markdown messenger meta microsoft odoo office
    openstreetmap outlook paypal pdf pixel posts premium python rss sms snapchat swift telegram
    tiktok token twilio twitter url viber webhook webhooks whatsapp wifi xlsx xml youtube
    data docs drive marketing reporting site sites tracking transfer
    said
""".split())  # fmt: skip
# so many times more in texts than in their translations
OFTEN = 6
WORD = re.compile(r"(?<![\w@.%&#/-])[a-z][a-z]+(?![\w@%-]|\.\w)", re.I)
TAG, PLACE = re.compile(r"<[^>]+>"), re.compile(r"%\([^)]*\)\w|%\w|\$?\{[^}]*\}|&\w+;")
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\b[\w-]+(?:\.[\w-]+)+\b|\b\w+_\w+\b")

# Figures and dates as they are written in Algeria: `1 234,50`, 29/11/2026 14:05.
FIGURES = {
    "a comma between thousands": re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])(?!\s*DZD/)"),
    "a point before decimals": re.compile(r"(?<![\d.,:/])\d[\d\u00a0\u202f]*\.\d{1,2}(?![\d.])"),
    "the month before the day": re.compile(r"\b\d{1,2}/(?:1[3-9]|2\d|3[01])/\d{2,4}\b"),
    "hours of twelve": re.compile(r"\b\d{1,2}(?::\d\d)? ?(?:AM|PM|am|pm|[صم](?![\u0621-\u064a]))"),
}
ARABIC_FIGURES = {
    "eastern figures": re.compile(r"[\u0660-\u0669\u06f0-\u06f9]"),
    "a plain space in a number": re.compile(r"(?<![\d/.-])\d{1,3}(?: \d{3})+,\d"),
    "a month of Egypt": re.compile(
        r"(?<![\u0621-\u064a])(?:يناير|فبراير|أبريل|إبريل|مايو|يونيو|يوليو|أغسطس)(?![\u0621-\u064a])"
    ),
    "a month in French": re.compile(
        r"\b\d{1,2} (?:janv?|févr?|mars|avr|mai|juin|juil|août|sept?|oct|nov|déc)\w*\b", re.I
    ),
    "a Latin comma": re.compile(r"[\u0621-\u064a], ?[\u0621-\u064a]|\d{4}, \d\d:\d\d"),
}

# What a person reads: texts, what fields show, and what appears under the pointer. What somebody
# has typed or what was sent is in its writer's language; code and pictures are nobody's.
READ = """
(root) => {
    const skip = "script, style, svg, canvas, noscript, template, code, pre, .o-mail-Message-body,"
        + "[name=activity_ids], .o-mail-Message-tracking, .o-mail-Message-trackingOld,"
        + ".o-mail-Message-trackingNew,"
        + ".o-mail-Message-author, .o_bti_preview, [contenteditable], .fa, .oi, .o_user_menu,"
        + ".o_menu_systray, .o_debug_manager, .o_view_sample_data table,"
        + ".o_view_sample_data .o_kanban_record";
    const unseen = ["hidden", "password", "checkbox", "radio"];
    const seen = [];
    const add = (text, element, kind) => {
        const words = (text || "").replace(/[ \\t\\r\\n]+/g, " ").trim();
        if (words) {
            const field = element.closest("[name], [data-name]");
            const place = field && (field.getAttribute("name") || field.dataset.name);
            seen.push([words, kind + (place ? " of " + place : "")]);
        }
    };
    const look = { visibilityProperty: true, opacityProperty: true };
    const shown = (element) => element.checkVisibility(look);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT, (element) =>
        element.matches(skip) || !shown(element)
            ? (element.matches("svg, canvas") || getComputedStyle(element).display !== "contents"
                ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP)
            : NodeFilter.FILTER_ACCEPT);
    for (let element = root; element; element = walker.nextNode()) {
        for (const node of element.childNodes) {
            if (node.nodeType === Node.TEXT_NODE) add(node.data, element, "text");
        }
        for (const name of ["placeholder", "title", "data-tooltip", "alt"]) {
            add(element.getAttribute(name), element, name);
        }
        if (element.dataset.tooltipInfo) {
            try {
                const info = JSON.parse(element.dataset.tooltipInfo);
                for (const part of [info, info.field || {}]) {
                    for (const name of ["help", "label", "text", "string"]) {
                        if (typeof part[name] === "string") add(part[name], element, name);
                    }
                }
            } catch {
                add(element.dataset.tooltipInfo, element, "tooltip");
            }
        }
        if (element.matches("input") && !unseen.includes(element.type)) {
            add(element.value, element, "value");
        }
        if (element.matches("select")) {
            add(element.selectedOptions[0]?.textContent, element, "choice");
        }
    }
    return seen;
}
"""


def read_po(path):
    """Pairs ``(text, translation)`` of a translation file."""
    text = path.read_text(encoding="utf-8")
    for block in re.split(r"\n\s*\n", text):
        found = re.search(
            r'^msgid ((?:".*"\s*)+)^msgstr(?:\[0\])? ((?:".*"\s*)+)', block + "\n", re.M
        )
        if found:
            yield tuple(_unquote(part) for part in found.groups())


def _unquote(text):
    joined = "".join(line.strip()[1:-1] for line in text.splitlines() if line.strip())
    return joined.replace(r"\n", "\n").replace(r"\"", '"').replace(r"\t", " ").replace("\\\\", "\\")


def _plain(text):
    """A text without tags and places for values."""
    return PLACE.sub(" ", TAG.sub(" ", text))


def words_of(text):
    """Words in small letters; addresses, names of fields and codes have none."""
    return {word.lower() for word in WORD.findall(ADDRESS.sub(" ", _plain(text)))}


def _files(lang):
    root = Path(fact("BTI_ODOO_ROOT"))
    bases = [*root.glob("**/odoo/addons/sale")], [*root.glob("**/odoo/addons/base")]
    folders = {found.parent for group in bases for found in group}
    for name in ODOO:
        for folder in folders:
            path = folder / name / "i18n" / f"{lang}.po"
            if path.is_file():
                yield path
    yield from sorted((ROOT / "addons").glob(f"*/i18n/{lang}.po"))


@functools.cache
def english():
    """``(words, texts)`` that are English and neither French nor shared.

    A translation may have kept an English word: a word is English when it is far more often in the
    texts than in their translations.
    """
    sources, translations = Counter(), Counter()
    texts, shared = set(), set()
    for path in _files("fr"):
        for source, translation in read_po(path):
            if not source or not translation:
                continue
            translations.update(words_of(translation))
            shared.add(translation.strip().casefold())
            if source != translation:
                sources.update(words_of(source))
                texts.add(source.strip().casefold())
    words = {
        word for word, count in sources.items()
        if len(word) > 2 and word not in SHARED and count > OFTEN * translations[word]
    }  # fmt: skip
    return words, {text for text in texts - shared if words_of(text) - SHARED}


@functools.cache
def french():
    """Our texts in French that are not the same in Arabic: none belongs on an Arabic screen."""
    ours = [path for path in _files("fr") if path.is_relative_to(ROOT)]
    texts = {translation for path in ours for _source, translation in read_po(path)}
    for path in _files("ar"):
        texts -= {part for pair in read_po(path) for part in pair if pair[0] == pair[1]}
        texts -= {translation for _source, translation in read_po(path)}
    return {text.strip().casefold() for text in texts if words_of(text) - SHARED}


def find_slips(read, lang, ignore=()):
    """What does not belong on a screen in ``lang``, as texts that say what and where.

    :param read: pairs ``(text, place)``
    :param lang: ``fr_FR`` or ``ar_001``
    :param ignore: words or patterns that are data: names that sound English
    """
    words, texts = english()
    figures = FIGURES | (ARABIC_FIGURES if lang.startswith("ar") else {})
    found = []
    for text, place in read:
        kept = LANGUAGES.sub(" ", text)
        for pattern in ignore:
            kept = re.sub(pattern, " ", kept)
        wrong = sorted(words_of(kept) & words)
        if not wrong and kept.strip(" :*…").casefold() in texts:
            wrong = ["as a whole"]
        if lang.startswith("ar") and kept.strip(" :*…").casefold() in french():
            found.append(f"French in {place}: {text[:200]!r}")
        if wrong:
            found.append(f"English ({', '.join(wrong)}) in {place}: {text[:200]!r}")
        for what, pattern in figures.items():
            if match := pattern.search(ADDRESS.sub(" ", kept) if "point" not in what else kept):
                found.append(f"{what} ({match[0]!r}) in {place}: {text[:200]!r}")
    return list(dict.fromkeys(found))

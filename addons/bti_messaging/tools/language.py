"""In which language somebody writes: a guess from his words, pure functions.

Arabic script is Arabic; what French people write is French; Arabic in Latin letters, with figures
for the letters that Latin lacks ("3afak chhal soum"), stays what it is: nobody guesses its answer.
"""

import re
import unicodedata

FRENCH, ARABIC, ARABIC_IN_LATIN = "fr", "ar", "ar_latn"

ARABIC_LETTER = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\ufb50-\ufdfb\ufe70-\ufefc]")
LATIN_LETTER = re.compile(r"[a-z]")
WORD = re.compile(r"[^\W_]+")
LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
# Letters of chat Arabic beside Latin ones: 3afak, wa7ed, n9der, 7ala. "b8" and "m3" are goods.
CHAT_FIGURE = re.compile(r"^(?=.*[a-z].*[a-z])[a-z]*[23579][a-z]+[a-z23579]*$|^[a-z]{2,}[379]$")

# What only a French sentence has.
FRENCH_WORDS = frozenset(
    """
    ai alors apres attends au aujourd aussi autre aux avec avez avoir besoin beaucoup bien
    ce cela cette ceux chez combien comment dans de demain depuis des dois donc du elle
    elles en encore est et etes faut faire fait fois hier il ils ici interesse je leur leurs
    livrez mais mes moi mon mes nos notre nous ou oui par pas payer peut peux pourquoi
    pouvez pour quand que quel quelle quelles quels qui quoi recevoir recu sans sera ses
    sont suis sur ta toujours tous toute tres tu un une vers veux vos votre voudrais voulais
    vous voila bonne journee disponibilite attente commander
    """.split()
)
# What is said in French in both, greetings and the words of the trade among them.
SHARED_WORDS = frozenset(
    """
    bjr bonjour bonsoir brique briques bsr camion camions chantier commande devis dispo
    disponible facture la le les livraison matin merci monsieur madame non paiement palette
    palettes photo piece pieces plait prix produit salut slt stp svp tonne urgent cava
    """.split()
)
ARABIC_WORDS = frozenset(
    """
    3andi 3andkom 3ndi afak ana 3ndkom aslema atini bach bazaf barak bezaf bghit bghina bkm
    ch7al chhal chkoun choukran chokran chno dial dialkom dyal fach fin fiha filous ghir had
    hada hadi hna hnaya inchallah inshallah inch kayen kayn kayna khouya khoya ki kifach
    kima labas lazem lyoum li machi makach makanch mazal mazel menkom mlih nchri nhab
    nheb nkherchi nsaqsi ntouma nta nti rah rahi rahom rani raki rak s7a saha salam salem
    salamo slm sahit sa7a soum souma swa sma3 ta3 taa t9ol wach wahed wakt wech wesh win
    wallah wlh ya3ni yaatik yarham ya3tik zaf zouj chouf 3la 3lah 3lach aalaykom alaykom
    alikoum alaykoum aleykoum warahmatoullah labes hamdoullah lhamdoullah tawsil lbrik ljour
    ghali
    """.split()
)


def _fold(text):
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in letters if unicodedata.category(sign) != "Mn")


def guess(text):
    """:param str text: what somebody wrote
    :return: FRENCH, ARABIC, ARABIC_IN_LATIN, or None when it cannot be told: nobody knows what a
        number, a product's code or a smile is written in
    :rtype: str | None
    """
    words = WORD.findall(_fold(LINK.sub(" ", text or "")))
    arabic = sum(1 for word in words if ARABIC_LETTER.search(word))
    latin = [word for word in words if LATIN_LETTER.search(word)]
    french = sum(1 for word in latin if word in FRENCH_WORDS)
    shared = any(word in SHARED_WORDS for word in latin)
    chat = sum(1 for word in latin if word in ARABIC_WORDS or CHAT_FIGURE.match(word))
    if arabic and arabic >= max(french, chat):
        # names and codes of goods stand in Latin letters in an Arabic sentence
        return ARABIC
    if chat and chat >= french:
        return ARABIC_IN_LATIN
    return FRENCH if french or shared else None


def guess_last(texts):
    """:param texts: what somebody wrote, the last first
    :return: the language of the last of them that tells it
    :rtype: str | None
    """
    return next(filter(None, map(guess, texts)), None)

"""Words that say little in a question; they are left out of queries, never out of the index."""

from portal.search.text import fold

_GERMAN = """
aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei
beim bin bis bist bitte da dabei damit danach dann das dass daß dazu dein deine dem den denn der deren des
dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines einfach
er es etwas euch euer eure für gegen gibt habe haben hallo hat hatte hattest hätte ich ihm ihn ihnen ihr ihre
ihrem ihren ihrer ihres im in ins ist ja jede jedem jeden jeder jedes jetzt kann kannst können könnt könnte
könnten man mein meine meinem meinen meiner meines mich mir mit möchte möchten muss müssen musst nach noch nun
nur ob oder ohne schon sehr sein seine seinem seinen seiner sich sie sind so soll sollen sollte sollten sonst
über um und uns unser unsere unserem unseren unter viel vom von vor war waren warst weil wenn werde werden
wird wirst wollen will wollte wurde wurden würde würden zu zum zur zwischen mal denen hier wieder bekomme
bekommt gerne gern
"""
_GERMAN_QUESTION = """
wie was wann wo wer warum wieso weshalb welche welchem welchen welcher welches woher wohin wozu womit wofür
worauf wem wen wessen wieviel
"""
_ENGLISH = """
a about all also am an and any are as at be because been before being but by can could d did do does doing don
dont down for from further get had has have having he hello her here hers him his hi i id if im in into is it
its ive just ll m me mine my myself need no nor of on one only or other our ours out over own please re s same
she should so some such t than that thats the their theirs them then there these they this those through to
too under until up us ve very was we were will with won would you your yours yourself want know tell wont cant
didnt doesnt isnt wasnt couldnt wouldnt shouldnt arent havent hasnt youre theres
"""
_ENGLISH_QUESTION = "how what when where who why which whom whose whats hows wheres whos"

STOP_WORDS = {
    "de": frozenset(fold(word, "de") for word in _GERMAN.split()),
    "en": frozenset(_ENGLISH.split()),
}
QUESTION_WORDS = {
    "de": frozenset(fold(word, "de") for word in _GERMAN_QUESTION.split()),
    "en": frozenset(_ENGLISH_QUESTION.split()),
}


def is_stop_word(word: str, language: str) -> bool:
    """Whether a folded word is left out of a query that has others."""
    return word in STOP_WORDS.get(language, ())


def is_question_word(word: str, language: str) -> bool:
    """Whether a folded word only opens a question; it counts a little."""
    return word in QUESTION_WORDS.get(language, ())

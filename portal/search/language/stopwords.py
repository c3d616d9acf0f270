"""Words that say little in a question; queries leave them out or count them less, indexes of their language do not."""

from portal.search.language.stemming import stem
from portal.search.language.text import fold

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
she should since so some such t than that thats the their theirs them then there these they this those through to
too under until up us ve very was we were will with won would you your yours yourself want know tell wont cant
didnt doesnt isnt wasnt couldnt wouldnt shouldnt arent havent hasnt youre theres
"""
_ENGLISH_QUESTION = "how what when where who why which whom whose whats hows wheres whos"

# Words that may stand in any question and say little about its matter; no negation: "geht nicht" is a fault.
_GERMAN_WEAK = """
lassen lässt lasse machen macht mache gemacht tun tue tut getan gehen geht gehe ging kommen kommt komme gekommen
bleiben bleibt bleibe geblieben stehen steht geben gebe gegeben nehmen nehme nimmt genommen bringen bringt sagen
sagt sage gesagt erzählen erklären erklärt wissen weiß weiss brauchen brauche braucht benötigen benötige
benötigt erhalten erhalte erhält bekommen kriegen kriege kriegt nutzen nutze nutzt benutzen benutze benutzt
verwenden verwende verwendet gelten gilt passieren passiert geschehen geschieht heißen heißt bedeuten bedeutet
finden finde findet gefunden sehen sehe sieht möglich nötig notwendig erforderlich trotzdem dennoch allerdings
eigentlich überhaupt gerade immer nie niemals manchmal oft mehr weniger etwas viele vielen wenig wenige einige
mehrere bereits erst bald gleich später dafür dagegen davon darüber darauf daran darin deshalb deswegen sondern
obwohl während bevor nachdem sobald falls sowie außerdem zusätzlich ebenfalls genau ganz gar wirklich leider
vielleicht bestimmt gut schlecht groß klein eigen eigene eigenen eigenes selbst selber jemand jemanden niemand
irgendwie irgendwo irgendetwas per pro leute ding dinge sache sachen frage fragen hilfe helfen hilft info infos
information informationen beispiel art weise grund fall bereich thema bezug bezüglich möglichkeit möglichkeiten
guten tag danke dankeschön liebe lieber team plötzlich wohl halt eben denn trotz laut statt anstatt sowohl weder
entweder jedoch zwar damals neulich kürzlich momentan aktuell derzeit müsste dürfen darf dürfte durfte gehört
gehören meinen meint denken denke glaube glauben erfahren hören versuche versuchen versucht probieren wünschen
wünsche interessiert interessieren wegen betreffend dasselbe gleiche gleichen selben folgende folgenden
bestimmte bestimmten anders so solche solchen solcher dorthin hierfür hiermit insgesamt ungefähr etwa circa
jeweils mindestens höchstens fast kaum
"""
_ENGLISH_WEAK = """
able again ago allow allowed almost along already alright although always another anybody anymore anyone
anything anyway anywhere around ask asked asking away became become becomes begin better bit bring brought
certain certainly clear come comes came coming completely currently definitely different done easy either else
enough especially even eventually ever every everybody everyone everything exactly example explain fact far feel
few find finally fine first found gave give given gives giving go goes going gone good got gotten great guess
happen happened happening happens hear heard help hey hope hoping however idea instead keep keeps kept kind knew
known lately later least let lets like likely little look looked looking looks lot lots made make makes making
many matter may maybe mean means meant might mine more most much must near nearly necessary neither never next
nice now often ok okay once ones onto others otherwise particular per perhaps place possible possibly probably
problem properly provide put question questions quick quickly quite rather really reason recently regarding
right said saw say saying says see seeing seem seems seen several shall show showing shown shows simply
someone something sometimes somewhere soon sort still stuff suddenly suppose supposed sure take taken takes
taking thank thanks thing things think thinking though thought time times today tried try trying understand
unfortunately upon use used uses using usually various wanted wants way ways well went whether while whole wish
within wonder wondering works yes yet im ill ive dear team information info details guys people
"""
STOP_WORDS = {
    "de": frozenset(fold(word, "de") for word in _GERMAN.split()),
    "en": frozenset(_ENGLISH.split()),
}
QUESTION_WORDS = {
    "de": frozenset(fold(word, "de") for word in _GERMAN_QUESTION.split()),
    "en": frozenset(_ENGLISH_QUESTION.split()),
}
WEAK_STEMS = {
    language: frozenset(stem(fold(word, language), language) for word in weak.split())
    for language, weak in (("de", _GERMAN_WEAK), ("en", _ENGLISH_WEAK))
}


def is_stop_word(word: str, language: str) -> bool:
    """Whether a folded word is left out of a query that has others."""
    return word in STOP_WORDS.get(language, ())


def is_question_word(word: str, language: str) -> bool:
    """Whether a folded word only opens a question; it counts a little."""
    return word in QUESTION_WORDS.get(language, ())


def is_weak_word(word: str, language: str) -> bool:
    """Whether a folded word, in any of its forms, says little about the matter."""
    return stem(word, language) in WEAK_STEMS.get(language, ())

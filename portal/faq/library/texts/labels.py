"""The few words that rendering adds to a text, in the language of the text."""

from portal.foundation.markdown import Labels

ENGLISH = Labels(boxes={"note": "Note", "tip": "Tip", "info": "Information", "warning": "Warning"})
GERMAN = Labels(
    anchor="Link zu diesem Abschnitt",
    table="Tabelle",
    back="Zurück zum Text",
    done="Erledigt",
    to_do="Offen",
    boxes={
        "note": "Hinweis",
        "tip": "Tipp",
        "info": "Information",
        "warning": "Achtung",
        "danger": "Gefahr",
        "important": "Wichtig",
    },
)


def labels_for(language: str) -> Labels:
    """English for languages without words of their own."""
    return {"de": GERMAN}.get(language, ENGLISH)

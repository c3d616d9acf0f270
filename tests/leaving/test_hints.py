"""What a message seems to say: a hint to staff, in either language and however it is written."""

import pytest

from portal.leaving.rules.hints import seems_declaration

MESSAGES = {
    "Hiermit WIDERRUFE ich den Vertrag.": "withdrawal",
    "Ich möchte vom Vertrag zurücktreten, mein Rücktritt gilt ab heute.": "withdrawal",
    "I hereby withdraw from the contract.": "withdrawal",
    "My withdrawal symptoms are terrible without internet.": "",
    "My withdrawal symptoms are terrible, so I withdraw.": "withdrawal",
    "Ich KÜNDIGE zum nächsten Termin.": "cancellation",
    "Kuendigung zum Monatsende": "cancellation",
    "Please terminate my contract.": "cancellation",
    "Das muss aufhören.": "cancellation",
    "Ich kündige, hilfsweise widerrufe ich.": "withdrawal",
    "Das Internet ist langsam, und die Kunden warten.": "",
    "": "",
}


@pytest.mark.parametrize(("text", "seems"), MESSAGES.items())
def test_staff_see_what_a_message_seems_to_declare(text: str, seems: str) -> None:
    assert seems_declaration(text) == seems

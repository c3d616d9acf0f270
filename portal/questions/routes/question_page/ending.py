"""What ends a question: the button that says it is solved, and the judgement afterwards."""

from collections.abc import Hashable

from markupsafe import Markup

from portal.foundation.rendering.pages import render_fragment
from portal.foundation.rendering.printed import Printed, printed
from portal.foundation.web.sessions import form_token
from portal.questions.models import Rating
from portal.questions.routes.question_page.visit import Typed, Visit, typed_in
from portal.questions.rules import CustomerState, Face
from portal.questions.thread.words import face_word

_OVER = (CustomerState.SOLVED, CustomerState.CLOSED)


def ending_part(visit: Visit) -> Printed | Markup:
    """Printed once for its shape, and with everything in it where a judgement comes back."""
    rating, back = visit.rating, visit.forms.rating
    judged = typed_in(back.sentence, back.face) if back else _before(rating)
    shape: dict[str, Hashable] = {
        "is_over": visit.headline.state in _OVER,
        "can_rate": visit.can_rate,
        "has_rating": rating is not None,
        "has_sentence": rating is not None and bool(rating.sentence),
        "is_back": back is not None,
        "choice": judged.choice,
    }
    gaps = {
        "page_url": visit.here,
        "token": form_token(),
        "word": face_word(Face(rating.face)) if rating else "",
        "said": rating.sentence if rating else "",
        "typed": judged.text,
    }
    if back is None:
        return printed("questions/_ending.html", shape, gaps, errors=(), choice_errors=(), faces=_faces)
    wrong = {"errors": judged.errors, "choice_errors": judged.choice_errors}
    return render_fragment("questions/_ending.html", **shape, **gaps, **wrong, faces=_faces)


def _before(rating: Rating | None) -> Typed:
    """What was said before stands in the form that changes it."""
    return Typed(rating.sentence, rating.face) if rating else Typed()


def _faces() -> list[tuple[str, str]]:
    """The three judgements with their words."""
    return [(each.value, face_word(each)) for each in Face]

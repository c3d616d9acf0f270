"""What is wrong with an article, said at a case."""

from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.access import case_of
from portal.desk.actions.flagging import NoSuchArticle, article_named, flag_article
from portal.desk.forms.case import FlagForm
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.case_page.page import refused, to_case
from portal.desk.rules import FlagKind
from portal.faq.rules import Entry
from portal.foundation import clock
from portal.foundation.forms import require_complete


@bp.post("/questions/<number:number>/flags")
def flag(number: str) -> AnyResponse:
    """Tell the editors that something is wrong with an article; back to the case, in which nothing else changes."""
    require_complete()
    case, form = case_of(number), FlagForm()
    is_right, entry = form.validate(), _article_in(form, case.question.language)
    if entry is None or not is_right:
        return refused(number, form)
    kind, sentence = FlagKind(form.flag_kind.data), " ".join(str(form.flag.data).split())
    flag_article(case.question.id, entry, kind, sentence, by=actor_of(staff()), now=clock.now())
    return to_case(number, said="flagged")


def _article_in(form: FlagForm, language: str) -> Entry | None:
    """The article that was chosen or named; what is none becomes an error of its field."""
    if form.flag_words.errors:
        return None
    try:
        return article_named(str(form.flag_words.data or form.flagged.data or ""), language)
    except NoSuchArticle as error:
        form.flag_words.errors = [str(error)]
        return None

"""What is wrong with an article, said at a case."""

from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.access import case_of
from portal.desk.actions.flagging import NoSuchArticle, article_named, flag_article
from portal.desk.forms.case import FlagForm
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.case_page.page import refused, stopped, to_case
from portal.desk.rules import FlagKind
from portal.foundation import clock
from portal.foundation.forms import require_complete


@bp.post("/questions/<number:number>/flags")
def flag(number: str) -> AnyResponse:
    """Tell the editors that something is wrong with an article; back to the case, in which nothing else changes."""
    require_complete()
    case, form = case_of(number), FlagForm()
    if not form.validate():
        return refused(number, form)
    try:
        entry = article_named(str(form.flag_words.data or form.flagged.data or ""), case.question.language)
    except NoSuchArticle as error:
        return stopped(number, error, "flag_words")
    kind, sentence = FlagKind(form.flag_kind.data), " ".join(str(form.flag.data).split())
    flag_article(case.question.id, entry, kind, sentence, by=actor_of(staff()), now=clock.now())
    return to_case(number, said="flagged")

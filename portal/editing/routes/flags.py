"""What colleagues said at a case of an article: the way to it, and that it is settled."""

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.forms import PressForm
from portal.desk.actions.flagging import settle_flag
from portal.desk.models import ArticleFlag
from portal.editing.access import documents, flag_by_id
from portal.editing.routes.blueprint import bp, editor
from portal.foundation import clock
from portal.foundation.forms import require_complete


@bp.get("/flags/<int:flag_id>")
def show_flag(flag_id: int) -> AnyResponse:
    """To the article of which it was said; 404 when that is gone."""
    return _to_article(flag_by_id(flag_id))


@bp.post("/flags/<int:flag_id>/settlement")
def settle_flagged(flag_id: int) -> AnyResponse:
    """It is seen to. With an old token nothing happens but the page anew, whose buttons carry the right one."""
    require_complete()
    flag = flag_by_id(flag_id)
    if PressForm().validate():
        settle_flag(flag.id, by=editor(), now=clock.now())
    return _to_article(flag)


def _to_article(flag: ArticleFlag) -> AnyResponse:
    key = flag.article_number, flag.language
    articles = ((each.mark, each.article) for each in documents().values())
    mark = next((mark for mark, each in articles if each and (each.number, each.language) == key), None)
    return redirect(url_for(".feedback", mark=mark, _anchor="flags") if mark else abort(404), 303)

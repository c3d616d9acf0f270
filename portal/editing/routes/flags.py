"""What colleagues said at a case of an article: the way to it, and that it is settled, also of one that is gone."""

from collections.abc import Sequence

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.forms import PressForm
from portal.desk.actions.flagging import settle_flag
from portal.desk.models import ArticleFlag
from portal.desk.words import flag_word
from portal.editing.access import flag_by_id, marks_of_articles
from portal.editing.queries.standing import flags_of, flags_of_gone
from portal.editing.routes.blueprint import bp, editor
from portal.editing.words import when
from portal.foundation import clock
from portal.foundation.forms import require_complete


@bp.get("/flags")
def gone_flags() -> AnyResponse:
    """What nobody has seen to yet of articles that are gone."""
    return _gone(flags_of_gone(marks_of_articles()))


@bp.get("/flags/<int:flag_id>")
def show_flag(flag_id: int) -> AnyResponse:
    """To the article of which it was said; when that is gone, what was said of it, and that it is gone."""
    return _at_article(flag_by_id(flag_id))


@bp.post("/flags/<int:flag_id>/settlement")
def settle_flagged(flag_id: int) -> AnyResponse:
    """It is seen to. With an old token nothing happens but the page anew, whose buttons carry the right one."""
    require_complete()
    flag = flag_by_id(flag_id)
    if PressForm().validate():
        settle_flag(flag.id, by=editor(), now=clock.now())
    return redirect(url_for(".show_flag", flag_id=flag_id), 303)


def _at_article(flag: ArticleFlag) -> AnyResponse:
    key = (flag.article_number, flag.language)
    mark = marks_of_articles().get(key)
    return redirect(url_for(".feedback", mark=mark, _anchor="flags"), 303) if mark else _gone(flags_of(*key))


def _gone(flags: Sequence[tuple[ArticleFlag, str]]) -> AnyResponse:
    values = {"flags": flags, "is_gone": True, "flag_word": flag_word, "when": when}
    return make_response(render_template("editing/flags.html", press=PressForm(formdata=None), **values))

"""What editors hold of customers: drafts made of answers, cleaned but perhaps not quite; they go with their question.

Versions are texts for everybody; whoever saved one stays in it by name, as in the history.
"""

from portal.editing.models import ArticleProposal, ArticleVersion
from portal.foundation.personal_data import Holding, Trail, change_where, remove_where


def _erase(trail: Trail) -> None:
    """Drafts of erased questions go; links between articles and questions go with the questions' rows."""
    remove_where(ArticleProposal.question_id, trail.of("question"))
    for model in (ArticleProposal, ArticleVersion):
        change_where(model.user_id, trail.of("user"), user_id=None)


HOLDINGS = (Holding("editing", tables=("article_proposals", "article_versions", "article_origins"), erase=_erase),)

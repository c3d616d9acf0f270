"""What editors leave behind beside the files: versions of articles, and proposals of colleagues who may not publish."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class ArticleVersion(Model):
    """The text of a file as it was at a time; `kind` says how it came: saved here, found on disk, restored, removed.

    `digest` is the SHA-256 of its bytes; an empty text with the kind `gone` stands for a file that was not there.
    """

    __tablename__ = "article_versions"
    __table_args__ = (Index(None, "file", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None]
    author_name: Mapped[str] = mapped_column(String(100), default="")
    saved_at: Mapped[datetime] = mapped_column(Moment)


class ArticleProposal(Model):
    """A draft for an article, made of an answer or written by a colleague; an editor uses or declines it.

    Without a question (it was erased, or there was none) the draft stays. `article_number` is what became of it.
    """

    __tablename__ = "article_proposals"
    __table_args__ = (Index(None, "decided_at", "id"), Index(None, "question_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id", ondelete="SET NULL"))
    language: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(200))
    keywords: Mapped[str] = mapped_column(String(500), default="")
    body: Mapped[str] = mapped_column(Text)
    remark: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None]
    author_name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    article_number: Mapped[int | None]

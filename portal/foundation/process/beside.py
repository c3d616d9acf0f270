"""What pages show of the database without asking it: read beside them now and then, and the last known is shown."""

import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.exc import SQLAlchemyError

from portal.foundation import clock
from portal.foundation.database import db, hurried

log = logging.getLogger(__name__)


@dataclass
class ReadBeside(ABC):
    """Something that is read again after `seconds`; `name` is what the log calls it when that fails."""

    seconds: ClassVar[float]
    name: ClassVar[str]

    def __post_init__(self) -> None:
        self.read_at = -self.seconds

    def refresh(self) -> None:
        """Ask the database when the last time is long enough ago; without an answer what is known stays."""
        if clock.seconds() - self.read_at < self.seconds:
            return
        self.read_at = clock.seconds()
        try:
            with hurried():
                self.read()
        except SQLAlchemyError as error:
            log.warning("%s could not be read: %s", self.name, type(error).__name__)
        finally:
            db.session.rollback()

    @abstractmethod
    def read(self) -> None:
        """Ask the database and keep what it says."""

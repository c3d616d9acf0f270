"""Somebody who asks with a file, and writes down what they were shown."""

import re
import secrets

from flask import Flask

from tests.attachments.files import PDF
from tests.faults.ledger import Ledger
from tests.questions.asking import NEW, filled, fills_in, sends
from tests.visitor import Page, Visitor

NUMBER = re.compile(r"/de/questions/([A-Z]\d\d-\d{5}-\d)/receipt")


class Asking:
    """A question on its way: the form is filled in, then looked at once more, then sent, as often as it takes."""

    def __init__(self, app: Flask) -> None:
        self._visitor = Visitor(app)
        self.mark = secrets.token_hex(8)
        self.body = f"Seit Montag ist abends kein Netz da ({self.mark})."
        self.file = PDF + f"% {self.mark}\n".encode()
        self._form = fills_in(self._visitor, body=self.body, email=f"anna-{self.mark}@example.org")
        self._checked: dict | None = None
        self._files: tuple[bytes, ...] = ()

    @property
    def visitor(self) -> Visitor:
        return self._visitor

    def looks(self) -> dict:
        """The form that is to be sent, without a file."""
        self._checked = filled(self._visitor.sends(NEW, self._form))
        return self._checked

    def attaches(self) -> Page:
        """The page that asks once more; the file is held from now on."""
        page = self._visitor.sends(NEW, self._form, files=[("attachments", "Rechnung.pdf", self.file)])
        if page.status == 200:
            self._files = (self.file,)
            self._checked = filled(page)
        return page

    def sends(self, ledger: Ledger) -> Page:
        """The answer to the form; the number that it leads to stands in the ledger."""
        assert self._checked is not None, "nobody has looked at it once more"
        page = sends(self._visitor, self._checked)
        if found := NUMBER.search(page.location):
            ledger.note(found[1], self.body, *self._files)
        return page

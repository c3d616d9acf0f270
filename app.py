"""The WSGI entry point: `gunicorn app:app` and `flask …` both start here."""

from portal import create_app

app = create_app()

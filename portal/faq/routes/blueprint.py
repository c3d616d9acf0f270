"""The two blueprints of the FAQ: below a language, and the short addresses without one."""

from flask import Blueprint

bp = Blueprint("faq", __name__, url_prefix="/<language:language>")
short = Blueprint("faq_short", __name__)

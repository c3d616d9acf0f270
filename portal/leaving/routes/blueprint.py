"""The blueprint of the room; its addresses are short, printed on paper and never move (spec leaving 2.2)."""

from flask import Blueprint

bp = Blueprint("leaving", __name__)

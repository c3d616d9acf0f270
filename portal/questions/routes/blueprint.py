"""The blueprint that all routes of the room hang on."""

from flask import Blueprint

bp = Blueprint("questions", __name__, url_prefix="/<language:language>/questions")

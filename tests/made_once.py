"""What a process makes once although every test has a portal of its own: the code of templates and of addresses.

Both depend on nothing but what they are made of; without this they were a third of the time of the whole suite.
"""

from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

_CODES: dict[object, CodeType] = {}
_BUILDERS: dict[object, object] = {}
_compile_builder = Rule._compile_builder


class _Codes(BytecodeCache):
    """The code of every template in the sentences of the catalogs from which it took them."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _CODES.get(_key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        _CODES[_key(bucket)] = bucket.code


def keep_code(app: Flask) -> None:
    """Let this application use what those before it made."""
    app.jinja_env.bytecode_cache = _Codes()


def _key(bucket: Bucket) -> object:
    return bucket.key, bucket.checksum, tuple(bucket.environment.catalog.files)


def _builder_made_once(rule: Rule, append_unknown: bool = True) -> object:
    """The function that builds an address takes everything else from the rule that it is called on."""
    defaults = tuple(sorted((rule.defaults or {}).items()))
    converters = tuple((name, type(each)) for name, each in rule._converters.items())
    key = (tuple(rule._trace), defaults, converters, frozenset(rule.arguments), append_unknown)
    if key not in _BUILDERS:
        _BUILDERS[key] = _compile_builder(rule, append_unknown)
    return _BUILDERS[key]


Rule._compile_builder = _builder_made_once

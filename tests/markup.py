"""HTML as a browser reads it, with everything that it had to forgive."""

import re
from xml.etree.ElementTree import Element, fromstring

from markupever import HtmlOptions, Parser

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# A tag of which at least one attribute has what XML would take for something else.
_ATTRIBUTE = r' [^\s="]+="[^"]*"'
_TAG = re.compile(rf'<([\w-]+(?:{_ATTRIBUTE})*? [^\s="]+="[^"<\t\n\r]*[<\t\n\r][^"]*"(?:{_ATTRIBUTE})*)>')
_AS_XML = str.maketrans({"<": "&lt;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})
_ROOT, _KNOWN = "<html ", '<html xmlns:xlink="http://www.w3.org/1999/xlink" '


def parsed(html: str) -> tuple[Element, list[str]]:
    """The tree of a page by the HTML standard, names in the namespace of XHTML, and every fault in its markup."""
    parser = Parser(HtmlOptions(exact_errors=True)).process(html).finish()
    faults = parser.errors()
    # The library's own tree is slow to walk in Python: by way of XML it becomes one that is not.
    written = parser.into_dom().serialize(is_html=False).replace(_ROOT, _KNOWN, 1)
    written = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", written)
    return fromstring(_TAG.sub(_as_xml, written)), faults


def _as_xml(tag: re.Match[str]) -> str:
    """In values of attributes the library writes as HTML takes it what XML would take for something else."""
    return f"<{tag[1].translate(_AS_XML)}>"

"""What holds for every answer of the portal, whoever asks and whatever was sent."""

import re
from urllib.parse import urlsplit

from portal.foundation.security import HEADERS

# What a program shows of itself when nobody has thought of an error.
_INSIDES = re.compile(
    r"Traceback \(most recent|sqlalchemy\.|werkzeug\.|jinja2\.|psycopg|site-packages|File \"/|SELECT .* FROM "
)


def check_answer(page, said: str, mark: str = "") -> None:
    """No fault of ours, all headers once, no insides, no cookie without its flags, no way to another site."""
    answer = page.response
    assert page.status < 500, f"{page.status}: {said}"
    for name, value in HEADERS.items():
        found = answer.headers.getlist(name)
        assert len(found) == 1 and (found[0] == value or name in SPECIAL), f"{name} {found}: {said}"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"], said
    # What lies finished in memory, or is a file, was asked of nobody and stands in no log.
    is_kept = "no-store" not in answer.headers.get("Cache-Control", "") and page.status < 400
    assert is_kept or re.fullmatch(r"[0-9a-f]{12}", answer.headers.get("X-Request-Id", "")), f"no number: {said}"
    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")], said
    check_cookies(answer, said)
    check_keeping(answer, said)
    check_way(page, said)
    if answer.mimetype in ("text/html", "application/json", "text/plain"):
        assert not _INSIDES.search(page.html), f"insides: {said}"
        assert not mark or answer.mimetype != "text/html" or mark not in page.html, f"markup: {said}"


# Pages behind a key name no page they were opened from, files allow still less; the rest holds for them too.
SPECIAL = {"Content-Security-Policy", "Referrer-Policy"}


def check_cookies(answer, said: str) -> None:
    """Cookies are for the server alone, for this site alone, and on a safe way where there is one."""
    for cookie in answer.headers.getlist("Set-Cookie"):
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= flags or {"httponly", "samesite=lax"} <= flags, (
            f"{cookie}: {said}"
        )
        assert not [flag for flag in flags if flag.startswith("domain=")], f"{cookie}: {said}"
        if "Strict-Transport-Security" in answer.headers:
            assert "secure" in flags, f"{cookie}: {said}"
            assert cookie.startswith("__Host-"), f"{cookie}: {said}"


def check_keeping(answer, said: str) -> None:
    """What others may keep gives nobody a cookie and does not hang on one."""
    rule = answer.headers.get("Cache-Control", "")
    assert rule, f"no rule for keeping: {said}"
    if "no-store" not in rule and "private" not in rule:
        assert "Set-Cookie" not in answer.headers, f"a kept page gives a cookie: {said}"
        assert "cookie" not in answer.headers.get("Vary", "").lower(), said
        # deploy/nginx keeps one answer for each address and encoding, whatever else an answer would hang on.
        is_public = rule.startswith("public")
        assert not is_public or answer.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding", said
        assert answer.status_code < 400, f"an error is kept: {said}"


def check_way(page, said: str) -> None:
    """Redirects stay on this site."""
    place = urlsplit(page.location)
    assert not place.netloc or place.netloc == "localhost", f"leads to {page.location}: {said}"
    assert "\\" not in page.location and not page.location.startswith("//"), f"leads to {page.location}: {said}"

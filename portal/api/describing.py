"""The interface described for tools (OpenAPI 3.1), made from the same tables that decide what is taken and let in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from werkzeug.routing import Map, Rule

from portal.api.books import Shelf
from portal.api.contracts import CONTRACTS
from portal.api.customers import search_fields
from portal.api.fields import Field, Thing, schema_of
from portal.api.orders import INVOICES, ORDERS
from portal.api.questions import MESSAGE, QUESTION, question_fields
from portal.api.rules import NEEDED, Scope
from portal.api.schemas import listed, moment, shown, text, values
from portal.contracts.books import Outcome

SHELVES = (CONTRACTS, ORDERS, INVOICES)
_SHOWN_OF = {shelf.one: shown(shelf.shown) for shelf in SHELVES}
_PROBLEMS = {
    400: "The request did not arrive completely, or is no JSON object in UTF-8.",
    401: "No token, or one that does not count.",
    403: "The token does not open this.",
    404: "There is nothing with this number.",
    409: "It contradicts what is there.",
    413: "More than 256 kB.",
    414: "The address is too long.",
    415: "The body is no JSON.",
    422: "Some fields cannot be taken; `errors` names each.",
    429: "Too many requests: wait as long as `Retry-After` says.",
    503: "The portal cannot answer just now.",
}
_ALWAYS, _OF_A_BODY = (400, 401, 403, 414, 429, 503), (413, 415, 422)


@dataclass(frozen=True)
class Operation:
    """What one address does: in a sentence, with which body and parameters, and what it answers."""

    summary: str
    answers: Mapping[int, Thing]
    body: tuple[Field, ...] = ()
    problems: tuple[int, ...] = ()
    parameters: tuple[Thing, ...] = ()


def described(addresses: Map) -> Thing:
    """The document for these addresses; every one for programs is in it."""
    paths: dict[str, Thing] = {}
    for rule in sorted(addresses.iter_rules(), key=str):
        if rule.endpoint in OPERATIONS:
            method = next(each for each in ("GET", "PUT", "POST") if each in (rule.methods or ()))
            paths.setdefault(_path(rule), {})[method.lower()] = _operation(rule)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Portal", "version": "1", "description": "See docs/api.md."},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**_SHOWN_OF, "question": shown(QUESTION), "message": shown(MESSAGE), "problem": _PROBLEM},
        },
    }


def _operation(rule: Rule) -> Thing:
    operation, scope = OPERATIONS[rule.endpoint], NEEDED[rule.endpoint]
    failures = {*_ALWAYS, *operation.problems, *(_OF_A_BODY if operation.body else ())}
    answers = {str(status): _answer("As asked.", thing) for status, thing in operation.answers.items()}
    problems = {
        str(status): _answer(_PROBLEMS[status], _named("problem"), kind="application/problem+json")
        for status in sorted(failures)
    }
    found: Thing = {
        "operationId": rule.endpoint.removeprefix("api."),
        "summary": operation.summary,
        "description": f"Needs `{scope}`." if scope else "Any token will do.",
        "parameters": [*(_in_path(name) for name in sorted(rule.arguments)), *operation.parameters],
        "responses": {**answers, **problems},
    }
    if operation.body:
        body = {"required": True, "content": {"application/json": {"schema": schema_of(operation.body)}}}
        found["requestBody"] = body
    return found


def _path(rule: Rule) -> str:
    return "".join(f"{{{part}}}" if is_dynamic else part for is_dynamic, part in rule._trace if part != "|")


def _in_path(name: str) -> Thing:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _in_query(name: str, says: str) -> Thing:
    schema = {"type": "string", "pattern": "^[0-9]{1,15}$"}
    return {"name": name, "in": "query", "description": says, "schema": schema}


def _answer(says: str, thing: Thing, *, kind: str = "application/json") -> Thing:
    return {"description": says, "content": {kind: {"schema": thing}}}


def _named(name: str) -> Thing:
    return {"$ref": f"#/components/schemas/{name}"}


_FAULTS = listed(shown({"field": text(), "detail": text()}))
_PROBLEM = {
    "type": "object",
    "properties": {
        **{"title": text(), "status": {"type": "integer"}, "detail": text(), "request_id": text()},
        "errors": _FAULTS,
    },
    "required": ["title", "status", "detail", "request_id"],
}
_LINE = {
    "type": "object",
    "properties": {"number": text(), "outcome": values(Outcome), "errors": _FAULTS},
    "required": ["number", "outcome"],
}
_PLACE = {"type": ["string", "null"]}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A text of yours, new for each question; the same one gives the same number.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}


def _of_shelf(shelf: Shelf) -> Iterator[tuple[str, Operation]]:
    one, many = shelf.one, shelf.many
    whole = _named(one)
    done = {"allOf": [whole], "type": "object", "properties": {"outcome": values(Outcome)}, "required": ["outcome"]}
    yield f"api.show_{one}", Operation(f"The {one} with that number", {200: whole}, problems=(404,))
    put = Operation(f"Add or change the {one} with that number", {200: done, 201: done}, shelf.named_fields, (409,))
    yield f"api.put_{one}", put
    lines = shown({"faulty": {"type": "integer"}, many: listed(_LINE)})
    yield f"api.put_{many}", Operation(f"Add or change up to 100 {many}", {200: lines}, shelf.batch_fields)


def _operations() -> Iterator[tuple[str, Operation]]:
    token = shown({"name": text(), "scopes": listed(values(Scope)), "expires_at": moment()})
    yield "api.show_token", Operation("What this token opens", {200: token})
    for shelf in SHELVES:
        yield from _of_shelf(shelf)
    yield (
        "api.find_customers",
        Operation("Customers with an address or a customer number", {200: _CUSTOMERS}, search_fields()),
    )
    changes = shown({"questions": listed(_named("question")), "cursor": text(), "has_more": {"type": "boolean"}})
    cursor = _in_query("cursor", "Where the last list ended; from the beginning without it.")
    yield "api.list_questions", Operation("Questions that changed", {200: changes}, (), (422,), (cursor,))
    thread = {"messages": listed(_named("message")), "earlier": _PLACE}
    whole = {"allOf": [_named("question")], "type": "object", "properties": thread, "required": [*thread]}
    before = _in_query("before", "The `earlier` of an answer: the fifty messages before it.")
    yield "api.show_question", Operation("A question as its customer sees it", {200: whole}, (), (404, 422), (before,))
    asked = {200: _named("question"), 201: _named("question")}
    yield "api.ask", Operation("Ask for a customer", asked, question_fields(), (), (_KEY,))


_CUSTOMER = {
    **{"name": text(), "email": text(), "language": text(), "contact_wishes": text(), "known_since": moment()},
    **{"is_address_proven": {"type": "boolean"}, "has_account": {"type": "boolean"}},
    **{shelf.many: listed(_named(shelf.one)) for shelf in SHELVES},
}
_CUSTOMERS = shown({"customers": listed(shown(_CUSTOMER))})
OPERATIONS: dict[str, Operation] = dict(_operations())

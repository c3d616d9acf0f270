"""What an operator should look at now, and the first steps, ticked off by themselves."""

from flask import Response, make_response, render_template

from portal.foundation import clock
from portal.foundation.database import end_reading
from portal.lead.routes.blueprint import bp
from portal.lead.steps import first_steps
from portal.lead.words import alarm_word
from portal.operation.alarms import ringing
from portal.operation.health import health


@bp.get("/first-steps")
def guide() -> Response:
    """What is done, and what to do next."""
    now = clock.now()
    steps = first_steps(now)
    # The look at the database writes, and must not wait for what this request has read.
    end_reading()
    found = health(now)
    rings = [name for name, is_ringing in ringing(now, found).items() if is_ringing]
    values = {
        "steps": steps,
        "done": sum(each.is_done for each in steps),
        "alarms": [alarm_word(name) for name in rings],
        "warnings": [alarm_word(name) for name in found.warnings],
    }
    return make_response(render_template("lead/guide.html", **values))

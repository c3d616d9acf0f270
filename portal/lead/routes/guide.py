"""The first steps of an operator, ticked off by themselves."""

from flask import Response, make_response, render_template

from portal.foundation import clock
from portal.lead.routes.blueprint import bp
from portal.lead.steps import first_steps


@bp.get("/first-steps")
def guide() -> Response:
    """What is done, and what to do next."""
    steps = first_steps(clock.now())
    values = {"steps": steps, "done": sum(each.is_done for each in steps)}
    return make_response(render_template("lead/guide.html", **values))

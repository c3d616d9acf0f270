"""A web process that takes one declaration, or replays what waits, and may be killed on the way."""

import sys

from portal import create_app
from portal.rounds import ROUNDS
from tests.leaving.declaring import CANCEL, TYPED

STAMP = f"1797415200-{'a' * 12}-{'b' * 32}"


def main() -> None:
    """Say RECEIPT when somebody saw one."""
    app = create_app()
    if sys.argv[1:] == ["replay"]:
        ROUNDS.of(app).once()
        return
    answer = app.test_client().post(CANCEL, data=TYPED | {"stamp": STAMP})
    if answer.status_code == 200 and "Ihre Kündigung ist eingegangen" in answer.get_data(as_text=True):
        sys.stdout.write("RECEIPT\n")


if __name__ == "__main__":
    main()

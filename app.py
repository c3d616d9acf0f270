"""The application with its commands: `flask …` starts here. Web processes start lighter, see `portal/serving.py`."""

from portal import create_app
from portal.cli import set_up_cli

app = create_app()
set_up_cli(app)

"""The application with its commands: `flask …` starts here. Web processes start lighter, see `portal/serving.py`."""

import sys

from portal import create_app
from portal.cli import set_up_cli
from portal.cli.telling import tell_shortly
from portal.foundation.errors import SettingError

try:
    app = create_app()
except SettingError as error:
    sys.exit(f"\n  {error}\n")
set_up_cli(app)
tell_shortly()

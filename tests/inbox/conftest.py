"""What tests of the inbox ask for beside the portal."""

from tests.notifications.conftest import certificate

__all__ = ["certificate"]

"""Finds a Chromium for the tests, and installs Debian's where there is none and it is allowed to."""

import os
import shutil
import subprocess
import sys

# The first is the same browser without windows, which a test pays half for.
CANDIDATES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The browser that CHROMIUM names, or one on the path; None when there is none."""
    named = os.environ.get("CHROMIUM")
    return named if named and os.path.exists(named) else next(filter(None, map(shutil.which, CANDIDATES)), None)


def install() -> None:
    """Debian's package, as root or by sudo."""
    before = [] if os.geteuid() == 0 else ["sudo", "-n"]
    subprocess.run([*before, "apt-get", "-qq", "update"], check=True)
    subprocess.run(
        [*before, "apt-get", "-qq", "install", "-y", "--no-install-recommends", CANDIDATES[0], "fonts-dejavu-core"],
        check=True,
        stdout=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    if find() is None:
        print("Installing Chromium for the browser tests …", flush=True)
        try:
            install()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"Chromium could not be installed ({error}). Install it, or set CHROMIUM to the path of one.")
    if find() is None and os.environ.get("CI"):
        sys.exit("Without a browser the tests are not complete.")

"""What the portal is made of: known weaknesses of its packages, and the list of all of them (specs: OR-04).

`python -m bench.packages advisories` asks the advisory source of the package index and ends with 1 when a package has a
known weakness; where no source can be reached it says so and ends with 0. `sbom FILE` writes a CycloneDX list.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from portal.foundation.config import ROOT

# What runs in production, the parts that an operator adds included.
LOCKED = tuple(ROOT / f"requirements{part}.txt" for part in ("", "-objects", "-meaning"))
# What waits for a version of its makers, by the number of the weakness, with the reason why it does not touch us.
ACCEPTED: dict[str, str] = {}
_LINE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def main(arguments: list[str]) -> int:
    """One of the two; the exit status."""
    match arguments:
        case ["advisories"]:
            return advisories()
        case ["sbom", target]:
            listed = sbom(*(each.read_text() for each in LOCKED))
            Path(target).write_text(json.dumps(listed, indent=1) + "\n")
            print(f"  {target}: {len(listed['components'])} packages")
            return 0
    print(__doc__)
    return 2


def advisories() -> int:
    """Ask about every package of the lock files, and say what is known."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    command += ["--format", "json", *(word for each in LOCKED for word in ("--requirement", str(each)))]
    try:
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        told, said = json.loads(ran.stdout)["dependencies"], ""
    except subprocess.TimeoutExpired as error:
        told, said = [], str(error)
    except (ValueError, KeyError):
        # Whoever reads it should see that it is the network, and no mistake of ours.
        told, said = [], ran.stderr.strip().rpartition("\n")[2]
    sentence, status = verdict(told)
    print(sentence, f"pip-audit says: {said[:300]}" if said else "")
    return status


def verdict(told: list[dict]) -> tuple[str, int]:
    """The sentence and the exit status for what the source said of each package."""
    asked = [each for each in told if "skip_reason" not in each]
    if not asked:
        return "Advisories: SKIPPED, no source of advisories answers here. Nothing is known either way.", 0
    weak = [
        f"{each['name']} {each['version']}: {weakness['id']}, mended in {', '.join(weakness['fix_versions']) or 'none'}"
        for each in asked
        for weakness in each["vulns"]
        if weakness["id"] not in ACCEPTED
    ]
    unknown = f", {len(told) - len(asked)} are not known to the source" if len(asked) < len(told) else ""
    lines = [f"Advisories: {len(asked)} packages asked about{unknown}, {len(weak)} known weaknesses.", *weak]
    return "\n  ".join(lines), 1 if weak else 0


def sbom(*texts: str) -> dict:
    """The list of packages of these lock files in the format CycloneDX 1.5, with licences as the packages name them."""
    packages = {each[:2]: each for text in texts for each in locked(text)}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "portal"}},
        "components": [_component(*each) for each in packages.values()],
    }


def locked(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and SHA-256 hashes of every package of a lock file."""
    for part in re.split(r"\n(?=[A-Za-z0-9])", text):
        if found := _LINE.match(part):
            yield found[1].lower(), found[2], _HASH.findall(part)


def _component(name: str, version: str, hashes: list[str]) -> dict:
    found = {"type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}"}
    licence = _licence(name)
    named = {"licenses": [{"license": {"name": licence}}]} if licence else {}
    # Each file of a release has a hash of its own; the list wants those of the distributions.
    properties = [{"name": "sha256", "value": each} for each in hashes]
    return {"bom-ref": found["purl"], **found, **named, "properties": properties}


def _licence(name: str) -> str:
    try:
        known: Any = metadata(name)
    except PackageNotFoundError:
        return ""
    named = [each.rpartition(" :: ")[2] for each in known.get_all("Classifier") or () if each.startswith("License ::")]
    short = (known.get("License") or "").strip()
    return known.get("License-Expression") or ", ".join(named) or (short if len(short) < 60 else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

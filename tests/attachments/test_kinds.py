"""Which files are taken is a setting; a wrong one stops the start."""

import pytest

from portal.attachments.kinds import BY_ENDING
from portal.foundation.config import DEFAULT_UPLOAD_TYPES, read_config
from portal.foundation.errors import SettingError
from tests.attachments.files import PDF, incoming, office
from tests.attachments.test_actions import taken
from tests.conftest import make_app, running

SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"


def test_what_is_taken_without_a_setting_can_be_checked():
    assert set(DEFAULT_UPLOAD_TYPES.split(",")) <= set(BY_ENDING)


def test_a_setting_is_read_as_an_operator_writes_it(tmp_path):
    config = read_config({"UPLOAD_TYPES": " .PDF, pptx ,", "PORTAL_DATA": str(tmp_path)})
    assert config.upload_types == ("pdf", "pptx")


def test_the_setting_decides_what_is_taken(data, demo):
    with running(make_app(data, demo / "content", upload_types=("pptx",))) as app, app.test_request_context("/de/"):
        received = taken(incoming("a.pptx", office(SLIDES)), incoming("a.pdf", PDF))
        assert [each.attachment.name for each in received.accepted] == ["a.pptx"]
        assert "pptx" in received.refused[0].sentence


@pytest.mark.parametrize("ending", ["svg", "html", "exe", "zip", "docm"])
def test_an_ending_that_cannot_be_checked_stops_the_start_by_name(data, demo, ending):
    with pytest.raises(SettingError, match=ending):
        make_app(data, demo / "content", upload_types=("pdf", ending))

"""Web processes share whoever connects."""

from portal.sharing import Shares


def test_whoever_has_more_than_another_holds_back():
    shares = Shares()
    shares.note(1, 3)
    shares.note(2, 2)
    assert shares.has_more(1) and not shares.has_more(2)


def test_with_as_many_as_the_others_nobody_waits():
    shares = Shares()
    shares.note(1, 2)
    assert not shares.has_more(1)
    shares.note(2, 2)
    assert not shares.has_more(1) and not shares.has_more(2)


def test_a_process_that_has_gone_has_no_share():
    shares = Shares()
    shares.note(1, 3)
    shares.note(2, 0)
    shares.leave(2)
    assert not shares.has_more(1)


def test_any_number_of_processes_and_connections_can_be_written_down():
    shares = Shares()
    shares.note(1_000, 5_000)
    shares.note(1_001, 4)
    assert shares.has_more(1_000) and not shares.has_more(1_001)

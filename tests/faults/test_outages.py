"""What the chats are told when Telegram is away for hours, or fails in every way."""

from tests.faults import outages


def test_hours_without_network_are_told_in_a_few_messages() -> None:
    """An hour of a day of 20,000 epochs: each is told, in order, and by sixty messages at most."""
    finding = outages.strike_no_network(1, lambda: None)
    assert finding.books.problems == []
    assert finding.books.notifications > 800


def test_an_hour_of_every_fault_changes_nothing_that_is_told() -> None:
    """The same ledger as of an hour without faults, and no call inside a retry_after."""
    finding = outages.strike_half_of_all_calls(1, lambda: None)
    assert finding.books.problems == []
    assert len(finding.phases) > 10

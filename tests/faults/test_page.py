"""The page about faults."""

from tests.faults.figures import Finding
from tests.faults.ledger import Books
from tests.faults.page import row, updated


def test_a_fault_that_struck_anew_replaces_its_row_and_no_other() -> None:
    """The order is that of the list of faults; a row of a fault that is gone goes."""
    names = ["first", "second"]
    rows = {name: row(name, Finding(name, 7, {"idle": 7}, Books(jobs=3)), 60.0) for name in names}
    page = updated("", names, {"second": rows["second"], "gone": "| gone | x |"})
    page = updated(page, names, {"first": rows["first"]})
    assert page.endswith("| --- |\n" + rows["first"] + "\n" + rows["second"] + "\n")

    anew = row("second", Finding("second", 8, {"a|b": 8}, Books(problems=["lost|"])), 60.0)
    page = updated(page, names, {"second": anew})
    assert page.endswith(rows["first"] + "\n" + anew + "\n")

"""Documents survive the print queue."""

import pytest

from drivers.printer.document import MAXIMUM_BYTES, MAXIMUM_PARTS, Feed, dump, load
from tests.drivers.printer.sample import DOCUMENT


def test_a_document_comes_back_equal_and_has_one_form() -> None:
    data = dump(DOCUMENT)
    assert load(data) == DOCUMENT
    assert dump(load(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[{}]",
        b'[{"part":"text"}]',
        b'[{"part":"text","text":"a","font":"b"}]',
        b'[{"part":"text","text":"a","align":"middle"}]',
        b'[{"part":"virus"}]',
        b'[{"part":"feed","lines":"many"}]',
        b"[" + b" " * MAXIMUM_BYTES + b"]",
        dump((Feed(1),) * (MAXIMUM_PARTS + 1)),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        load(data)

"""What the terminal refuses, by code; the sentences are in assets/locale under `refused`."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  # a person is refused; it is not an error of ours
    """A request was not carried out and nothing changed; `code` is the key of the sentence to show."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Question(Exception):  # noqa: N818
    """A request waits for somebody's yes; asking again with `yes={code}` answers it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

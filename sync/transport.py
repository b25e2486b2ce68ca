"""Carrying one message to the county over HTTP and its answer back, within limits; opens no seals."""

from __future__ import annotations

import ipaddress
from types import TracebackType

import httpx2

from sync.protocol import MAX_ANSWER_BYTES, MEDIA_TYPE, read_refusal


class LineError(Exception):
    """The county gave no usable answer; whether it took the message is unknown. `code` says what happened.

    Codes: `no-line`, `timed-out`, `county-nonsense` (not our protocol, or too large), `county-busy`, and
    `refused:CODE` for what the county refused.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class BadUrlError(ValueError):
    """The county's address can't be used; the text says what to write."""


class Line:
    """A kept HTTP connection to one county server; used by one thread. Use as a context manager."""

    def __init__(self, url: str, timeout_s: float) -> None:
        """Raises `BadUrlError` for anything but https, and http to this machine."""
        self._base = checked_url(url)
        secure = self._base.startswith(
            "https://"
        )  # else it never leaves this machine: no certificates to load
        self._client = httpx2.Client(
            timeout=timeout_s, follow_redirects=False, trust_env=False, verify=secure
        )
        self.bytes_out = 0
        self.bytes_in = 0

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection up."""
        self._client.close()

    def post(self, path: str, message: bytes) -> bytes:
        """The county's sealed answer. Raises `LineError`."""
        self.bytes_out += len(message)
        headers = {"content-type": MEDIA_TYPE, "accept": MEDIA_TYPE, "accept-encoding": "identity"}
        try:
            with self._client.stream("POST", self._base + path, content=message, headers=headers) as answer:
                data = self._body(answer)
                status = answer.status_code
                ours = answer.headers.get("content-type", "").startswith(MEDIA_TYPE)
        except httpx2.TimeoutException:
            raise LineError("timed-out") from None
        except httpx2.RemoteProtocolError as error:
            # a server that hung up is a bad line; one that speaks no HTTP is another program
            code = "no-line" if "disconnected" in str(error) or "closed" in str(error) else "county-nonsense"
            raise LineError(code, type(error).__name__) from None
        except httpx2.TransportError as error:
            raise LineError("no-line", type(error).__name__) from None
        except httpx2.HTTPError as error:
            raise LineError("county-nonsense", type(error).__name__) from None
        return _checked(status, ours, data)

    def _body(self, answer: httpx2.Response) -> bytes:
        data = bytearray()
        for part in answer.iter_raw():
            data += part
            if len(data) > MAX_ANSWER_BYTES:
                raise LineError("county-nonsense", "the answer is too large")
        self.bytes_in += len(data)
        return bytes(data)


def checked_url(url: str) -> str:
    """`url` without a trailing slash. Raises `BadUrlError` unless https, or http to loopback."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, TypeError) as error:
        raise BadUrlError(f"{url!r} is no address: {error}") from None
    if parsed.scheme == "https" and parsed.host:
        return url.rstrip("/")
    if parsed.scheme == "http" and _is_loopback(parsed.host):
        return url.rstrip("/")
    if parsed.scheme == "http":
        raise BadUrlError(f"{url}: http:// goes to this machine only; write https://")
    raise BadUrlError(f"{url!r} is no county address; write https://…")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked(status: int, ours: bool, data: bytes) -> bytes:
    if status == 200 and ours:
        return data
    refusal = read_refusal(data) if ours else None
    if refusal is not None:
        code = "county-busy" if status == 503 else f"refused:{refusal.code}"
        raise LineError(code, refusal.message)
    if status in (502, 503, 504):
        raise LineError("county-busy", f"HTTP {status}")
    raise LineError("county-nonsense", f"HTTP {status}, no message of ours")

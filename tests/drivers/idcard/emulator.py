"""An identity-card reader made of the bytes its protocol is documented with, and of nothing of the driver.

Everything here is literal: the commands and replies of device-facts §3, offsets of the text included.
"""

from __future__ import annotations

import socket
import threading
import time

STATUS = bytes.fromhex("AA AA AA 96 69 00 03 11 FF ED")
SAM_ID = bytes.fromhex("AA AA AA 96 69 00 03 12 FF EE")
FIND = bytes.fromhex("AA AA AA 96 69 00 03 20 01 22")
SELECT = bytes.fromhex("AA AA AA 96 69 00 03 20 02 21")
READ = bytes.fromhex("AA AA AA 96 69 00 03 30 01 32")
RESET = bytes.fromhex("AA AA AA 96 69 00 03 10 FF EC")
WELL = bytes.fromhex("AA AA AA 96 69 00 04 00 00 90 94")
FOUND = bytes.fromhex("AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97")
NO_CARD = bytes.fromhex("AA AA AA 96 69 00 04 00 00 80 84")
SELECTED = bytes.fromhex("AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C")
NOT_SELECTED = bytes.fromhex("AA AA AA 96 69 00 04 00 00 81 85")
NOT_READ = bytes.fromhex("AA AA AA 96 69 00 04 00 00 41 45")
SELF_TEST = bytes.fromhex("AA AA AA 96 69 00 04 00 00 60 64")


def resident(number: str, name: str = "李四", flag: str = " ") -> bytes:
    """The 256 bytes of a resident's card; flag "J" makes it a permit."""
    fields = ((name, 15), ("1", 1), ("01", 2), ("19800101", 8), ("示范旗示范镇柳泉村7号", 35))
    fields += ((number, 18), ("示范旗公安局", 15), ("20150301", 8), ("长期", 8), ("", 14), (flag, 1), ("", 3))
    return "".join(words.ljust(width) for words, width in fields).encode("utf-16-le")


def foreigner(number: str, name: str = "SMITH, ANNA MARIA") -> bytes:
    """The 256 bytes of a foreigner's card: an English name of 120 bytes begins it."""
    fields = ((name, 60), ("2", 1), (number, 15), ("DEU", 3), ("安娜", 15), ("20200301", 8), ("20300301", 8))
    fields += (("19700709", 8), ("01", 2), ("1500", 4), ("I", 1), ("", 3))
    return "".join(words.ljust(width) for words, width in fields).encode("utf-16-le")


class Module:
    """What a reader answers. A card that was read is not found again until it was lifted."""

    def __init__(self) -> None:
        self.card: bytes | None = None
        self.unwell = False
        self._read = False

    def put(self, text: bytes) -> None:
        assert len(text) == 256
        self._read = False
        self.card = text

    def lift(self) -> None:
        self.card = None

    def reply(self, asked: bytes) -> bytes:
        if asked == STATUS:
            return SELF_TEST if self.unwell else WELL
        if asked == RESET:
            self.unwell = False
            return WELL
        if asked == FIND:
            return FOUND if self.card is not None and not self._read else NO_CARD
        if asked == SELECT:
            return SELECTED if self.card is not None else NOT_SELECTED
        assert asked == READ, asked.hex()
        if self.card is None:
            return NOT_READ
        self._read = True
        return read_reply(self.card)


def read_reply(text: bytes) -> bytes:
    """The 1,295 bytes that give a card out."""
    body = bytes.fromhex("05 08 00 00 90 01 00 04 00") + text + bytes(1024)
    xor = 0
    for byte in body:
        xor ^= byte
    reply = bytes.fromhex("AA AA AA 96 69") + body + bytes([xor])
    assert len(reply) == 1295
    return reply


class Emulator(Module):
    """One reader on a port. `mangle` may change each reply on its way out and cut it in pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[bytes] = []
        self.asked_at_s: list[float] = []
        self.mangle = lambda reply: [reply]
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        self._line: socket.socket | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        if self._line is not None:
            self._line.close()

    def _serve(self) -> None:
        while True:
            try:
                self._line = self._server.accept()[0]
            except OSError:
                return
            with self._line as line:
                self._converse(line)

    def _converse(self, line: socket.socket) -> None:
        while True:
            asked = b""
            while len(asked) < 10:  # every command has ten bytes
                try:
                    more = line.recv(10 - len(asked))
                except OSError:
                    return
                if not more:
                    return
                asked += more
            self.asked.append(asked)
            self.asked_at_s.append(time.monotonic())
            for piece in self.mangle(self.reply(asked)):
                try:
                    line.sendall(piece)
                except OSError:
                    return
                time.sleep(0.002)  # so that the pieces arrive as pieces

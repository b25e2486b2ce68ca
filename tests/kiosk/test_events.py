"""Events: published from any thread, handled by the one that drains, in order, bounded."""

from __future__ import annotations

import threading

from kiosk import events
from kiosk.events import Bus


def test_handled_on_the_draining_thread_in_order() -> None:
    bus = Bus()
    seen: list[tuple[int, int]] = []
    bus.subscribe(int, lambda number: seen.append((number, threading.get_ident())))
    threads = [threading.Thread(target=lambda: [bus.publish(n) for n in range(100)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == []
    while bus.drain():
        pass
    assert {thread for _, thread in seen} == {threading.get_ident()}
    assert sorted(number for number, _ in seen) == sorted(list(range(100)) * 3)


def test_only_its_own_type_and_only_while_subscribed() -> None:
    bus = Bus()
    seen: list[object] = []
    stop = bus.subscribe(str, seen.append)
    bus.subscribe(int, lambda _: None)
    for event in ("a", 1, True, "b"):
        bus.publish(event)
    assert bus.drain() == 4
    stop()
    bus.publish("c")
    bus.drain()
    assert seen == ["a", "b"]


def test_each_publish_wakes() -> None:
    woken: list[int] = []
    bus = Bus(wake=lambda: woken.append(1))
    bus.publish("a")
    bus.publish("b")
    assert len(woken) == 2


def test_a_flood_is_dropped_and_counted() -> None:
    bus = Bus()
    for number in range(events.MAX_WAITING + 7):
        bus.publish(number)
    assert bus.dropped == 7
    assert bus.drain(most=events.MAX_WAITING * 2) == events.MAX_WAITING


def test_a_slice_leaves_the_rest() -> None:
    bus = Bus()
    for number in range(5):
        bus.publish(number)
    assert [bus.drain(most=2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_handler_may_unsubscribe_itself_and_publish() -> None:
    bus = Bus()
    seen: list[str] = []

    def once(event: str) -> None:
        seen.append(event)
        stop()
        bus.publish("later")

    stop = bus.subscribe(str, once)
    bus.publish("now")
    bus.drain()
    assert seen == ["now"]

"""Kill -9: once at every point of a redemption, and 200 times at random; nothing is lost or doubled."""

from __future__ import annotations

import json
import random
import time

import pytest

from kiosk.services import printing
from tests.faults import books
from tests.faults.conftest import Ground

ROUNDS = 200
LEAST_INSIDE = 20
LATEST_KILL_S = 0.050
REQUESTS_A_ROUND = 300  # more than any machine gets through before the kill


def test_killed_once_at_every_point(ground: Ground) -> None:
    """Before its COMMIT returns a redemption never happened; after it, it is whole; asked again it is one."""
    code, _, errors = ground.killer.run(ground.argv, env=ground.env, given=ground.line("dry"), names=True)
    assert (code, errors) == (0, "")
    points = ground.killer.passed()
    commit = points.index("after-commit")  # of the one write transaction there is
    assert points.count("after-commit") == 1
    assert points[commit - 1] == "before-commit"
    assert points[-1] == "before-answer"
    assert sum(name.startswith("before INSERT") for name in points) >= 8
    for point, name in enumerate(points):
        request = ground.line(f"p{point}")
        killed, answers, _ = ground.killer.run(ground.argv, env=ground.env, given=request, kill_at=point)
        assert (killed, answers) == (-9, []), name
        assert ground.killer.died_inside_a_transaction() == (
            points.index("before-commit") >= point > _begin(points)
        ), name
        made = books.check(ground.terminal)
        assert (f"p{point}" in made) == (point >= commit), name
        again = ground.killer.run(ground.argv, env=ground.env, given=request)
        once_more = ground.killer.run(ground.argv, env=ground.env, given=request)
        assert again[0] == 0, again
        assert again == once_more
        assert (
            json.loads(again[1][0])["entry"]
            == books.redemptions(ground.terminal.settings.data_dir)[f"p{point}"]["entry"]
        )
    assert len(books.check(ground.terminal)) == 1 + len(points)
    print(f"{len(points)} points: {', '.join(dict.fromkeys(points))}")


def _begin(points: list[str]) -> int:
    """Where the write transaction's BEGIN is about to run: the last before the commit."""
    commit = points.index("before-commit")
    return max(at for at, name in enumerate(points[:commit]) if name == "before-begin")


@pytest.mark.timeout(240)
def test_killed_two_hundred_times_at_random(ground: Ground) -> None:
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    inside, answered, asked = 0, {}, []
    for number in range(ROUNDS):
        requests = [f"k{number}-{count}" for count in range(REQUESTS_A_ROUND)]
        given = "".join(ground.line(name) for name in requests)
        with ground.killer.start(ground.argv, env=ground.env, given=given) as child:
            first = child.out.readline()
            time.sleep(chance.uniform(0, LATEST_KILL_S))  # the moment of the kill is what is tried here
            child.kill()
            text = first + child.out.read()
            assert child.end() == -9, child.errors.read_text()
        inside += ground.killer.died_inside_a_transaction()
        whole = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
        assert whole
        assert len(whole) < REQUESTS_A_ROUND, "the batch was over before the kill"
        answered |= dict(zip(requests, whole, strict=False))
        asked += requests[: len(whole) + 1]
    print(f"seed {seed}: {ROUNDS} kills, {inside} inside a transaction, {len(answered)} answered")
    made = books.check(ground.terminal)
    missing = answered.keys() - made.keys()
    assert not missing, f"seed {seed}: answered but not in the journal: {sorted(missing)[:5]}"
    assert made.keys() <= set(asked)
    given = "".join(ground.line(name) for name in asked)
    code, lines, errors = ground.killer.run(ground.argv, env=ground.env, given=given)
    assert (code, errors) == (0, "")
    again = dict(zip(asked, lines, strict=True))
    assert all(json.loads(again[name]) == json.loads(line) for name, line in answered.items())
    assert books.check(ground.terminal).keys() == set(asked)
    assert inside >= LEAST_INSIDE, f"seed {seed}: only {inside} kills fell inside a transaction"


def test_killed_before_and_while_a_copy_is_taken_to_print(ground: Ground) -> None:
    """A copy whose taking was cut off comes again; if it may have been on its way, marked as a reprint."""
    code, _, errors = ground.killer.run(ground.argv, env=ground.env, given=ground.line("print-me"))
    assert (code, errors) == (0, "")
    slip = "0037-000001"
    taking = ["--config", str(ground.config)]
    point = 0
    marked = False
    while True:
        killed, answers, errors = ground.killer.run(taking, take=True, kill_at=point, names=True)
        name = ground.killer.passed()[-1]
        if killed == 0:
            assert json.loads(answers[0]) == [slip, "stub", True]
            break
        assert killed == -9, errors
        marked = marked or name == "after-commit"
        states = books.rows(
            ground.terminal.settings.data_dir, "SELECT copy, state FROM print_job ORDER BY id"
        )
        assert states == [("stub", "printing" if marked else "queued"), ("resident", "queued")], name
        point += 1
    assert marked
    assert point > 4
    job = printing.take(ground.terminal)
    assert job is not None
    assert (job.copy, job.again) == ("stub", True)
    printing.finish(ground.terminal, job, "printed", "", 900)
    job = printing.take(ground.terminal)
    assert job is not None
    assert (job.copy, job.again) == ("resident", False)
    books.check(ground.terminal)

"""How many pieces of a good to order: from what people take, what they wish for, and what is there. Pure.

    weekly   = pieces redeemed in the weeks looked back on ÷ those weeks
    demand   = weekly × weeks to cover, rounded up
    wanted   = max(demand, level) + wishes                 one piece for every household that voted for it
    usable   = on hand − those near their end that will not be taken in time
             = on hand − max(0, near − weekly × weeks near, rounded down)
    to order = max(0, wanted − usable − on order)

Expired goods are not on hand. A good that nobody takes and nobody wishes for is ordered up to its level only.
"""

from __future__ import annotations

from typing import NamedTuple


class Need(NamedTuple):
    """What is known of one good; pieces everywhere."""

    redeemed: int  # in the weeks looked back on
    wishes: int  # households that voted for it since then
    level: int  # least to have on the shelf
    on_hand: int  # fit to be handed out
    near: int  # of these, near their best before
    on_order: int  # sent for and not come yet


class Weeks(NamedTuple):
    """Over which time; weeks."""

    back: int
    cover: int
    near: int  # how long what is near its end can still be handed out


def to_order(need: Need, weeks: Weeks) -> int:
    """Pieces to order, never below 0. `weeks.back` is at least 1."""
    demand = -(-need.redeemed * weeks.cover // weeks.back)
    wanted = max(demand, need.level) + need.wishes
    taken_in_time = need.redeemed * weeks.near // weeks.back
    usable = need.on_hand - max(0, need.near - taken_in_time)
    return max(0, wanted - usable - need.on_order)


# An order's way once it was sent: each step from where it may come.
CONFIRMED, ORDERED, CAME, RETURNED = "confirmed", "ordered", "came", "returned"
FROM = {
    CONFIRMED: ("sent",),  # by the township
    ORDERED: ("sent", CONFIRMED),  # by the county, from the supplier
    CAME: ("sent", CONFIRMED, ORDERED),  # whatever had been said of it: the goods are here
    RETURNED: ("sent", CONFIRMED),
}
ON_ITS_WAY = ("sent", CONFIRMED, ORDERED)
RETURNS = ("funds", "stock", "price", "season", "mistake", "other")  # reasons


def may_step(state: str, step: str, *, township: bool) -> bool:
    """Whether an order in `state` may take `step`; with `township` it confirms before the county orders."""
    return state in FROM.get(step, ()) and not (township and step == ORDERED and state == "sent")

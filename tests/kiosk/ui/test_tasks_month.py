"""The month by tasks, from a declaration to an answered objection, each by who may do it."""

from __future__ import annotations

from tests.kiosk.ui.tasks_rig import GRID, MANAGER, REVIEWER, SUPERVISOR, TasksRig

PANEL = ("P037A", "P037B", "P037C")


def test_the_month_from_declaration_to_notice(village: TasksRig) -> None:
    village.enter(GRID, "month")
    declare = ("pick-civility", "pick-tidy-yard", "quick-usual", "quick-0", "skip", "go")
    for household in ("0370104", "0370105", "0370106"):
        village.play("declare", f"@{household}", *declare)
        village.done("申报好了")
    village.wrote(*["declare"] * 3)
    village.enter(REVIEWER, "month")
    village.play("review", "all", "next", "pick-pass", "go")
    village.done("3 件审过，通过了")
    village.wrote("review")
    village.enter(PANEL[0], "month")
    village.play("sheet-make", "quick-this", "go")
    village.done("共 3 行")
    village.play("sheet-drop", "pick-*", "pick-1", "next", "pick-no-proof", "go")
    village.done("1 行退回了")
    village.play("sheet-score", "pick-*", "pick-2", "next", "=1.5", "next", "pick-wrong-amount", "go")
    village.done("评好了")
    village.wrote("sheet", "sheet", "sheet")
    village.play("sheet-close", "pick-*", "go")
    village.done("评分不够 3 人")
    for member in PANEL[1:]:
        village.enter(member, "month")
        village.play("sheet-score", "pick-*", "skip", "go")
        village.done("评好了")
    village.play("sheet-close", "pick-*", "go")
    village.done("汇总好了")
    village.enter(MANAGER, "month")
    village.play("sheet-sign", "pick-*", "pick-committees", "pick-pass", "go")
    village.done("签好了")
    village.enter(SUPERVISOR, "month")
    village.play("sheet-sign", "pick-*", "pick-supervision", "pick-pass", "go")
    village.done("签好了")
    village.play("publish", "pick-*", "go")
    village.done("挂出去了")
    sign, published = village.wrote("sign-off", "publish")
    assert (sign.actor, published.actor) == (SUPERVISOR, SUPERVISOR)
    village.play("notice-print", "pick-*", "go")
    village.done("送去打印了")
    village.play("points-slip", "pick-*", "@0370105", "go")
    village.done("这份公示还没有给这一户入账")
    village.wrote()


def test_an_objection_is_taken_and_answered(village: TasksRig) -> None:
    village.enter(MANAGER, "month")
    village.play("appeal-new", "@0370102", "pick-*", "pick-amount", "take", "next", "go")
    village.done("受理了")
    village.play("appeal-decide", "pick-*", "pick-upheld", "pick-other", f"+{REVIEWER}", "go")
    village.done("答复好了")
    village.wrote("appeal", "decide")


def test_honours_are_given_and_withdrawn(village: TasksRig) -> None:
    village.enter(REVIEWER, "month")
    given = ("@0370217", "pick-best-family", "pick-village", "quick-*", f"+{SUPERVISOR}", "go")
    village.play("honour-give", *given)
    village.done("登记好了")
    village.play("honour-give", *given)
    village.done("这一户已有同样的荣誉")
    village.window.tap("again")
    village.window.wait_for("task-confirm")
    village.window.tap("home")
    village.open("month")
    village.play("honour-withdraw", "pick-*", "pick-mistake", f"+{SUPERVISOR}", "go")
    village.done("撤销好了")
    village.wrote("honour", "honour")

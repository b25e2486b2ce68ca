"""A window with words under, in and beside grounds: says which of them something lies over."""

from __future__ import annotations


def main() -> None:
    """`python -m tests.kiosk.ui.buried_run`: the words, with blanks between, when the window stands."""
    from kiosk.config import Settings
    from kiosk.ui import setup

    setup.prepare(Settings())

    from kivy.app import App
    from kivy.clock import Clock
    from kivy.uix.floatlayout import FloatLayout
    from kivy.uix.label import Label

    from kiosk.ui.buried import buried
    from kiosk.ui.theme import Theme
    from kiosk.ui.widgets.card import Card, Panel

    def words(text: str, y: int) -> Label:
        return Label(text=text, size_hint=(None, None), size=(200, 40), pos=(0, y))

    class Window(App):
        """One page."""

        theme = Theme(800, 600)

        def build(self) -> FloatLayout:
            """Words at heights of their own; what is added later is drawn later."""
            page = FloatLayout(size=(800, 600))
            where = {"size_hint": (None, None), "width": 200}
            for text, y in (("under", 500), ("half-under", 400), ("seen-through", 300), ("beside", 200)):
                page.add_widget(words(text, y))
            page.add_widget(Card(pos=(0, 490), height=60, **where))
            page.add_widget(Card(pos=(0, 420), height=60, **where))
            page.add_widget(Panel(ground="none", pos=(0, 290), height=60, **where))
            page.add_widget(Card(pos=(0, 245), height=20, **where))
            holder = Card(pos=(0, 90), height=60, **where)
            holder.add_widget(words("inside", 100))
            page.add_widget(holder)
            hidden = Card(pos=(0, 0), height=60, opacity=0, **where)
            page.add_widget(words("under-nothing", 10))
            page.add_widget(hidden)
            Clock.schedule_once(lambda _dt: self._say(page), 0.5)
            return page

        def _say(self, page: FloatLayout) -> None:
            print(*buried(page), flush=True)
            self.stop()

    Window().run()


if __name__ == "__main__":
    main()

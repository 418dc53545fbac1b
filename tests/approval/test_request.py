"""What a person reads before saying yes."""

from pathlib import Path

from flows.planning import Overrides, plan_reel
from tasks.approval.request import WIDTH, describe
from tasks.domain.script import Beat, Post, Script, Show, VoiceChoice
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

HOSTILE = "[red]{{ x }} \\N <b> `rm` $(id) %s"


def shown(store: Store, script: Script) -> str:
    """The page for a script of ours."""
    return describe(plan_reel(script, overrides=Overrides(), store=store, settings=Settings(home=Path("unused"))))


class TestDescribe:
    def test_everything_that_is_approved_is_shown(self, store: Store) -> None:
        """Nobody approves what he has not read."""
        page = shown(store, Script(
            title="Tea", avatar="mei", voice=VoiceChoice(rate=1.2),
            beats=(Beat(say="Boil the water.", direct="small nod", show=Show(text="96 °C")), Beat(say="Wait.")),
            post=Post(caption="First\n\nsecond", hashtags=("tea", "#calm"))))
        for part in ("Tea\n===", "Mei (mei; synthetic)", "en-us+f2 by espeak, en-US, rate 1.2", "1. Boil the water.",
                     "2. Wait.", "direct: small nod", "show: text '96 °C'", "post: First  second #tea #calm",
                     "cost      nothing", "publish   folder", "note: 'direct' of beat 1 is kept",
                     "note: 'show' of beat 1 is kept"):
            assert part in page, page

    def test_words_of_the_author_are_data(self, store: Store) -> None:
        """Markup, templates and shell appear as they are written."""
        assert f"1. {HOSTILE}" in shown(store, Script(title=HOSTILE, beats=(Beat(say=HOSTILE),)))

    def test_long_text_is_wrapped_not_cut(self, store: Store) -> None:
        """Every word is there, no line is wider than a terminal."""
        words = [f"word{number}" for number in range(120)]
        page = shown(store, Script(title="Long", beats=(Beat(say=" ".join(words)),)))
        assert [word for word in page.split() if word[:4] == "word" and word[4:]] == words
        assert max(map(len, page.splitlines())) <= WIDTH

    def test_length_is_told_in_minutes_where_it_is_long(self, store: Store) -> None:
        """Seconds for a short reel, minutes for a long one."""
        assert " min " in shown(store, Script(title="Long", beats=(Beat(say="Hello there. " * 150),)))
        assert " min " not in shown(store, Script(title="Short", beats=(Beat(say="Hello there."),)))

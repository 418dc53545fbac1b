"""What a person reads before saying yes."""

import datetime as dt
from pathlib import Path

import pytest

from flows.planning import Overrides, plan_reel
from tasks.approval.request import WIDTH, describe, describe_variants
from tasks.domain.avatar import Consent
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, CaptionChoice, MusicChoice, Post, Script, Show, Variant, VoiceChoice
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
                     "cost      nothing", "publish   folder"):
            assert part in page, page

    def test_what_is_seen_and_heard_is_told_in_words(self, store: Store) -> None:
        """Hook, end card, music, effects, and what appears when."""
        page = shown(store, Script(
            title="Tea", brand="midnight", hook="Stop", call="Try it", music=MusicChoice(name="off"), effects=True,
            captions=CaptionChoice(zone="ads"),
            beats=(Beat(say="Boil the water.", show=(
                Show(text="3 cups", form="number", at="water"), Show(text="Ann | cook", until="the"))),)))
        for part in ("hook      'Stop'", "end card  'Try it', for 2.8 s after the last word",
                     "sound     no music, quiet effects", "on screen a progress bar", "inside the zone 'ads'",
                     "show: number '3 cups', from the word 'water'", "show: text 'Ann | cook', until the word 'the'"):
            assert part in page, page

    def test_films_that_are_generated_are_told_with_their_words(self, store: Store) -> None:
        """And by whom they are made."""
        moon = "examples/media/moon.jpg"
        plan = plan_reel(Script(title="Tea", beats=(Beat(say="Boil the water.", show=(
            Show(generate="steam rises", at="water"), Show(image=moon, generate="clouds pass", layout="split"))),)),
            overrides=Overrides(engines={"generation": "double"}), store=store, settings=Settings(home=Path("unused")))
        page = " ".join(describe(plan).split())
        for part in ("generator double", "show: a film generated from the words 'steam rises', from the word 'water'",
                     f"show: a film generated from the picture {moon!r} and the words 'clouds pass', below the avatar"):
            assert part in page, page

    def test_consent_of_a_person_is_told_with_its_scope(self, store: Store) -> None:
        """Who approves can compare it with what is said."""
        plan = plan_reel(Script(title="Tea", beats=(Beat(say="Wait."),)), overrides=Overrides(), store=store,
                         settings=Settings(home=Path("unused")))
        consent = Consent(kind="consent", statement="Jo agreed.", given_by="Jo Ray", relation="client", scope="our shop",
                          date=dt.date(2026, 1, 31), expires=dt.date(2099, 1, 31))
        page = describe(plan.model_copy(update={"avatar": plan.avatar.model_copy(update={"consent": consent})}))
        assert "consent of Jo Ray (client) until 2099-01-31, for 'our shop')" in " ".join(page.split())

    def test_end_card_counts_as_length(self, store: Store) -> None:
        """What is announced is the length of the file."""
        script = Script(title="T", beats=(Beat(say="Hello there my dear old friend."),))
        def seconds(page: str) -> int:
            return int(page.partition("about ")[2].partition(" s")[0])

        carded = shown(store, script.model_copy(update={"call": "Go"}))
        assert seconds(carded) == pytest.approx(seconds(shown(store, script)) + 2.4, abs=1)


class TestDescribeVariants:
    SCRIPT = Script(title="Tea", beats=(Beat(say="Hello."),), variants=(
        Variant(id="why", opening="Why tea?", seed=3), Variant(id="mei", avatar="mei", style="karaoke")))

    def plans(self, store: Store, *names: str) -> list[ReelPlan]:
        """Plans of some of the reels."""
        return [plan_reel(self.SCRIPT, overrides=Overrides(variant=name), store=store, settings=Settings())
                for name in names]

    def test_first_is_told_in_full_and_the_others_by_what_differs(self, store: Store) -> None:
        """One page, one question."""
        page = describe_variants(self.SCRIPT, self.plans(store, "main", "why", "mei"))
        assert page.count("1. Hello.") == 1
        for part in ("3 reels of this script; above is 'main'", "main         the script itself",
                     "why          opening 'Why tea?', seed 3", "mei          avatar mei, style karaoke"):
            assert part in page, page

    def test_first_need_not_be_the_script_itself(self, store: Store) -> None:
        """Where only some are made, the page shows one of these."""
        page = describe_variants(self.SCRIPT, self.plans(store, "why"))
        assert "1. Why tea?" in page
        assert "1 reel of this script; above is 'why'" in page

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

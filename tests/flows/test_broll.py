"""Films that beats ask a generator for, when a reel is planned."""

from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from flows.broll import check_asked_films
from flows.planning import Overrides, plan_reel
from tasks.approval.request import plan_facts
from tasks.domain.errors import FixRequest, UnknownName
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script, Show
from tasks.generation.double import DoubleFilms
from tasks.generation.prompts import SHOW_LETTERS
from tasks.media.text.templates import render_template
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

TEMPLATES = Path(__file__).parents[2] / "templates"
STEAM, MOON = Show(generate="steam rises"), Show(image="examples/media/moon.jpg", generate="clouds pass by")


def script(*shows: Show) -> Script:
    """Shows in the second beat."""
    return Script(title="T", beats=(Beat(say="Hello"), Beat(say="there", show=shows)))


def planned(store: Store, *shows: Show, **overrides: Any) -> ReelPlan:
    return plan_reel(script(*shows), overrides=Overrides(**overrides), store=store, settings=Settings())


DOUBLE = {"generation": "double"}


class TestPlan:
    def test_generator_stands_in_the_plan_where_it_is_asked_for(self, store: Store) -> None:
        plan = planned(store, STEAM, engines=DOUBLE)
        assert (plan.engines["generation"], plan.sources["engines.generation"]) == ("double", "command line")
        assert "generation" not in planned(store).engines
        assert "engines.generation" not in planned(store).sources

    def test_picture_that_a_film_begins_with_is_kept(self, store: Store) -> None:
        plan = planned(store, MOON, engines=DOUBLE)
        assert plan.media["examples/media/moon.jpg"].kind == "image"

    def test_what_is_asked_for_and_of_whom_is_approved(self, store: Store) -> None:
        digests = {planned(store, *shows, engines=engines).approval_sha256() for shows, engines in (
            ((), {}), ((), DOUBLE), ((STEAM,), DOUBLE), ((Show(generate="rain falls"),), DOUBLE))}
        assert len(digests) == 4

    def test_words_that_are_cut_are_told(self, store: Store) -> None:
        warning, = planned(store, Show(generate="steam " * 100), engines=DOUBLE).warnings
        assert warning.startswith("'show' of beat 2: the text of 'generate' is longer than")
        assert str(SHOW_LETTERS) in warning

    @pytest.mark.parametrize("name", ["dubble", ""])
    def test_unknown_generator_is_refused(self, store: Store, name: str) -> None:
        with pytest.raises(UnknownName, match="no generation engine"):
            planned(store, STEAM, engines={"generation": name})

    def test_film_without_a_generator_is_refused(self, store: Store) -> None:
        with pytest.raises(FixRequest, match="'show' of beat 2 asks for a film of 'steam rises', and no generator is chosen:"
                                             " add --engine generation=NAME"):
            planned(store, STEAM)


class TestPages:
    @pytest.mark.parametrize("template", ["approval", "plan"])
    def test_what_is_asked_for_stands_on_them(self, store: Store, template: str) -> None:
        """The words as they were written, and the picture that they go with."""
        hostile = Show(generate="*steam* {{ 7 * 7 }} <b>")
        plan = planned(store, hostile, MOON, engines=DOUBLE)
        page = render_template(TEMPLATES, f"artifacts/{template}.md.j2", plan=plan, facts=plan_facts(plan), problem=None,
                               changes=[], engines="")
        shown = MarkdownIt().render(page)
        assert "shown: a film generated from the words *steam* {{ 7 * 7 }} &lt;b&gt;" in shown
        assert "shown: a film generated from the picture examples/media/moon.jpg and the words clouds pass by" in shown


class TestAble:
    @pytest.mark.parametrize(("source", "show", "sentence"), [
        ("picture", STEAM, "beat 2 asks for a film from a text, and the generator 'double' makes films from a picture: give"
                           " it an 'image' to begin with, or choose another with --engine generation=NAME"),
        ("text", MOON, "beat 2 asks for a film from a picture, and the generator 'double' makes films from a text: remove"
                       " the 'image'"),
    ])
    def test_generator_that_makes_no_films_of_that_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, source: str, show: Show, sentence: str,
    ) -> None:
        monkeypatch.setattr(DoubleFilms, "sources", frozenset({source}))
        with pytest.raises(FixRequest, match=sentence):
            check_asked_films(script(show), "double", TEMPLATES)

    @pytest.mark.parametrize("leader", ["voice", "puppet"])
    def test_generator_of_faces_that_follow_is_refused(self, monkeypatch: pytest.MonkeyPatch, leader: str) -> None:
        monkeypatch.setattr(DoubleFilms, "follows", leader)
        with pytest.raises(FixRequest, match=f"a face that follows the {leader}: choose another"):
            check_asked_films(script(MOON), "double", TEMPLATES)

    def test_script_that_asks_for_none_needs_none(self) -> None:
        assert check_asked_films(script(Show(image="examples/media/moon.jpg")), None, TEMPLATES) == ()

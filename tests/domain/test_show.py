"""What a beat may show."""

from typing import Any

import pytest
from pydantic import ValidationError

from tasks.domain.script import Beat, Script, Show

STEAM = "steam rises from a cup, close up"


class TestGenerate:
    @pytest.mark.parametrize("fields", [{}, {"image": "media/cup.jpg"}, {"layout": "split"}, {"at": "one", "until": "two"},
                                        {"image": "media/cup.jpg", "layout": "full"}])
    def test_film_may_be_made_of_words_or_of_a_picture_and_words(self, fields: dict[str, Any]) -> None:
        assert Show.model_validate({"generate": STEAM} | fields).generate == STEAM

    @pytest.mark.parametrize(("fields", "sentence"), [
        ({"text": "Tea"}, "has 'text' and 'generate'"),
        ({"clip": "a.mp4"}, "has 'clip' and 'generate'"),
        ({"clip": "a.mp4", "image": "a.jpg"}, "has 'image' and 'clip' and 'generate'"),
        ({"as": "title"}, "'as' belongs to 'text', not to 'generate'"),
        ({"from_s": 1}, "'from_s' belongs to 'clip', not to 'generate'"),
        ({"image": "a.jpg", "from_s": 1}, "'from_s' belongs to 'clip', not to 'image'"),
        ({"generate": "..."}, "has no words"),
        ({"generate": ""}, "is empty"),
        ({"generate": "a\x00b"}, "control character U+0000"),
    ])
    def test_what_does_not_go_with_it_is_refused(self, fields: dict[str, Any], sentence: str) -> None:
        with pytest.raises(ValidationError, match=sentence.replace("+", r"\+").replace("...", r"\.\.\.")):
            Show.model_validate({"generate": STEAM} | fields)

    def test_script_lists_what_is_asked_for_by_beat(self) -> None:
        steam, cup = Show(generate=STEAM), Show(image="cup.jpg")
        shows = ((cup,), (cup, steam), ())
        script = Script(title="T", beats=tuple(Beat(say=f"beat {number}", show=show) for number, show in enumerate(shows)))
        assert script.asked_films() == ((1, steam),)

    def test_person_approves_it(self) -> None:
        script = Script(title="T", beats=(Beat(say="one", show=(Show(generate=STEAM),)),))
        assert STEAM in str(script.approved_content())

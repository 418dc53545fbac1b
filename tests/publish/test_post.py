"""post.json: what goes with the video."""

import json
from pathlib import Path

import pytest

from flows.planning import Overrides, plan_reel
from tasks.domain.post import PostFile
from tasks.domain.script import Beat, Post, Script
from tasks.publish.post import post_file
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store


def post_of(store: Store, **fields: object) -> PostFile:
    """The post of a script of ours."""
    script = Script.model_validate({"title": "Tea {now}", "beats": [Beat(say="Hello")], **fields})
    return PostFile.model_validate(json.loads(post_file(
        plan_reel(script, overrides=Overrides(), store=store, settings=Settings(home=Path("unused"))))))


class TestPostFile:
    def test_caption_is_ready_to_paste(self, store: Store) -> None:
        """Text, disclosure and tags, parted by blank lines."""
        post = post_of(store, post=Post(caption="Try it.\n\nToday!", hashtags=("tea", "#calm mind", "Tea", "#", "##x")))
        assert post.hashtags == ("#tea", "#calmmind", "#x")
        assert post.caption == "Try it.\n\nToday!\n\nAI-generated\n\n#tea #calmmind #x"
        assert (post.title, post.language, post.ai_generated) == ("Tea {now}", "en-US", True)

    def test_title_stands_in_for_a_caption(self, store: Store) -> None:
        """A script without a post is posted under its title."""
        assert post_of(store).caption == "Tea {now}\n\nAI-generated"

    @pytest.mark.parametrize(("language", "disclosure"), [("de-DE", "KI-generiert"), ("en-GB", "AI-generated"),
                                                          ("sw", "AI-generated")])
    def test_disclosure_speaks_the_language(self, store: Store, language: str, disclosure: str) -> None:
        """The brand's wording for the language, English where it has none."""
        assert post_of(store, language=language).disclosure == disclosure

    def test_letters_stay_readable(self, store: Store) -> None:
        """The file is UTF-8 for people, not escapes."""
        script = Script(title="Café", beats=(Beat(say="Hello"),))
        plan = plan_reel(script, overrides=Overrides(), store=store, settings=Settings(home=Path("unused")))
        assert '"title": "Café"' in post_file(plan)

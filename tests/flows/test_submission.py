"""Submission: one wish, one run; scripts of the library only."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from flows import submission
from flows.planning import Overrides
from flows.produce_reel import produce_reel
from flows.submission import find_script, named, scripts_in, submit, title_in
from tasks.domain.errors import FixMachine, FixRequest, ScriptError, TryAgain, UnknownName
from tasks.domain.script import Beat, Post, Script, Show, Variant
from tasks.runtime.library import Library
from tasks.runtime.store import Store

SCRIPT = Script(title="T", beats=(Beat(say="Hello.", show=(Show(text="384", form="number", at="Hello"),)),), seed=3,
                variants=(Variant(id="why", opening="Why?"),), post=Post(hashtags=("moon",)))


def run_of(run_id: str) -> Any:
    """The run as the server has it."""
    from prefect.client.orchestration import get_client

    return get_client(sync_client=True).read_flow_run(run_id)


class TestSubmit:
    def test_same_key_is_the_same_run(self, deployed: Store) -> None:
        """Whoever is unsure whether a wish arrived, asks again."""
        first = submit(SCRIPT, key="a", overrides=Overrides(variant="why", publish=()), tags=["batch-1"])
        assert submit(SCRIPT.model_copy(update={"title": "Other"}), key="a") == first
        assert submit(SCRIPT, key="b") != first
        run = run_of(first)
        assert (run.name, run.state_name, run.parent_task_run_id) == ("reel: T (why)", "Scheduled", None)
        assert {"batch-1"} <= set(run.tags)

    def test_what_travels_is_the_script_itself(self, deployed: Store) -> None:
        """The flow gets the same script, whatever happens to its file meanwhile."""
        run = run_of(submit(SCRIPT, key="c", overrides=Overrides(variant="main", engines={"speech": "tone"}, publish=())))
        assert produce_reel.validate_parameters(run.parameters)["script"] == SCRIPT
        assert run.parameters == {"script": SCRIPT.model_dump(mode="json", by_alias=True, exclude_defaults=True),
                                  "variant": "main", "engines": {"speech": "tone"}, "publish": []}

    def test_too_large_is_refused_before_it_is_sent(self) -> None:
        """The sentence says how large it may be."""
        long = SCRIPT.model_copy(update={"beats": tuple(Beat(say=f"{number} " + "word " * 200) for number in range(600))})
        with pytest.raises(FixRequest, match="a run takes at most 524,288: make two scripts of it"):
            submit(long, key="d")

    def test_server_without_the_deployment(self, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """What to do is said."""
        monkeypatch.setattr(submission, "DEPLOYMENT", "produce-reel/nothing")
        with pytest.raises(FixMachine, match="has no deployment 'produce-reel/nothing': `reels up` makes it"):
            submit(SCRIPT, key="e")

    def test_server_that_does_not_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Trying again is safe."""

        def nobody(*_: object, **__: object) -> None:
            raise httpx.ConnectError("refused")

        monkeypatch.setattr(submission, "run_deployment", nobody)
        with pytest.raises(TryAgain, match="does not answer .refused.: try again; what was started already is not"):
            submit(SCRIPT, key="f")


class TestNames:
    def test_run_is_called_by_title_and_variant(self) -> None:
        """As everywhere in the UI."""
        assert (named("T", None), named("T", "why")) == ("reel: T", "reel: T (why)")

    @pytest.mark.parametrize(("script", "title"), [
        (SCRIPT, "T"), ({"title": "T"}, "T"), ("title: T\nbeats: [{say: Hello}]", "T"), ("title: [", None), (None, None)])
    def test_title_is_found_in_every_form_of_a_script(self, script: object, title: str | None) -> None:
        """A model in a flow, a mapping on its way, a text from an API call."""
        assert title_in({"script": script}) == title


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library with scripts, and a secret beside it."""
    root = tmp_path / "library"
    (root / "scripts" / "old").mkdir(parents=True)
    (root / "scripts" / "b.yaml").write_text("beats: [{say: Hello}]")
    (root / "scripts" / "a.txt").write_text("Hello.")
    (root / "scripts" / "notes.pdf").write_text("no script")
    (root / "scripts" / "old" / "c.txt").write_text("Hello.")
    (tmp_path / "secret.txt").write_text("key")
    (root / "scripts" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (root / "outside").symlink_to(tmp_path)
    return Library(root)


class TestFindScript:
    def test_file_or_text(self, library: Library) -> None:
        """One line that ends like a script's file is a file, everything else a text."""
        assert find_script(library, "scripts/b.yaml").title == "B"
        assert find_script(library, "Hello there.\n\nSecond beat.").beats[1].say == "Second beat."
        with pytest.raises(ScriptError):
            find_script(library, " ")

    @pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd.txt", "scripts/link.txt", "outside/secret.txt",
                                      "scripts/../../secret.txt", "scripts/none.txt"])
    def test_nothing_outside_the_library(self, library: Library, name: str) -> None:
        """Neither by path nor by link."""
        with pytest.raises(UnknownName):
            find_script(library, name)


class TestScriptsIn:
    def test_script_files_of_the_folder_in_order(self, library: Library) -> None:
        """Not those of folders inside; a link that leads out is refused when it is read."""
        assert scripts_in(library, "scripts/") == ("scripts/a.txt", "scripts/b.yaml", "scripts/link.txt")

    @pytest.mark.parametrize("folder", ["..", "/etc", "outside", "scripts/..", "none", "", "scripts/a.txt", ".git"])
    def test_folder_that_is_none_is_refused(self, library: Library, folder: str) -> None:
        """Like a file's name."""
        with pytest.raises(UnknownName):
            scripts_in(library, folder)

    def test_folder_without_scripts_says_what_is_one(self, library: Library) -> None:
        """By the suffixes."""
        (library.root / "empty").mkdir()
        with pytest.raises(FixRequest, match="holds no script: put files ending in .yaml"):
            scripts_in(library, "empty")

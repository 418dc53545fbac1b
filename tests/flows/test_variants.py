"""Variants: planned together, made one after another, compared."""

import json
from pathlib import Path

import pytest

from flows.cli import main
from flows.planning import Overrides
from flows.variants import Comparison, plan_variants, produce_variants, terminal_table
from tasks.domain.errors import FixRequest, TryAgain, UnknownName
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import FinishedSet
from tasks.domain.script import Beat, Script, Variant
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

SCRIPT = Script(title="T | <b>", beats=(Beat(say="Hello."),), variants=(
    Variant(id="why", opening="Why? [a](b)"), Variant(id="mei", avatar="mei")))
FAKES = ["--engine", "speech=tone", "--engine", "alignment=even", "--engine", "animation=still", "--engine", "lipsync=flap"]


def plans_of(store: Store, *wanted: str, script: Script = SCRIPT) -> tuple[ReelPlan, ...]:
    """Plans with the project's own library."""
    return plan_variants(script, wanted, overrides=Overrides(), store=store, settings=Settings())


class TestPlanVariants:
    def test_all_are_planned_unless_some_are_wanted(self, store: Store) -> None:
        """The script itself first; each wanted one once."""
        assert [plan.variant for plan in plans_of(store)] == ["main", "why", "mei"]
        assert [plan.variant for plan in plans_of(store, "mei", "main", "mei")] == ["mei", "main"]

    def test_script_without_variants_is_one_plan(self, store: Store) -> None:
        """As ever."""
        plain = SCRIPT.model_copy(update={"variants": ()})
        assert [plan.variant for plan in plans_of(store, script=plain)] == [None]
        with pytest.raises(FixRequest, match="has no variants, and --variant asks for 'why': remove the option"):
            plans_of(store, "why", script=plain)

    def test_unknown_variant_lists_the_ones_there_are(self, store: Store) -> None:
        """With the nearest."""
        with pytest.raises(UnknownName, match="no variant 'wy' of .* did you mean 'why'"):
            plans_of(store, "wy")

    def test_variant_that_cannot_be_made_is_named(self, store: Store) -> None:
        """Before any of them is made."""
        script = SCRIPT.model_copy(update={"variants": (Variant(id="eve", avatar="eve"),)})
        with pytest.raises(UnknownName, match="variant 'eve': no avatar 'eve'"):
            plans_of(store, script=script)

    def test_each_has_an_approval_of_its_own(self, store: Store) -> None:
        """Whoever lets one pass has not let the others pass."""
        assert len({plan.approval_sha256() for plan in plans_of(store)}) == 3


class TestProduceVariants:
    def test_failure_stops_no_other_and_decides_the_exit_code(
        self, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """The worst code of all; the table says what happened."""
        tried = []

        def produce(plan: ReelPlan, folder: Path) -> FinishedSet:
            tried.append(folder)
            raise TryAgain("later | please")

        code = produce_variants(SCRIPT, plans_of(store), tmp_path, produce=produce, as_json=False)
        said = capsys.readouterr()
        assert code == 4
        assert tried == [tmp_path / "main", tmp_path / "why", tmp_path / "mei"]
        assert "reels: why: later | please" in said.err
        assert said.out.count("not made") == 3
        rows = json.loads((tmp_path / "variants.json").read_bytes())["reels"]
        assert [row["verdict"] for row in rows] == ["not made: later | please"] * 3
        page = (tmp_path / "variants.md").read_text("utf-8")
        assert "later \\| please" in page
        assert "opening 'Why? \\[a\\]\\(b\\)'" in page

    def test_table_has_a_line_for_each(self) -> None:
        """What was not measured is a dash; long differences are cut."""
        rows = [Comparison(id="main", differs="the script itself", exit_code=0, verdict="passed", duration_s=3.14159,
                           loudness_lufs=-14.02, stages=9, reused=2, file="main/reel.mp4"),
                Comparison(id="x", differs="hook " + "a" * 99, exit_code=2, verdict="not made: no")]
        assert [line.split() for line in terminal_table(rows).splitlines()] == [
            ["id", "differs", "in", "length", "LUFS", "quality", "re-used", "file"],
            ["main", "the", "script", "itself", "3.1", "s", "-14.0", "passed", "2", "of", "9", "main/reel.mp4"],
            ["x", "hook", "a" * 38 + "…", "-", "-", "not", "made", "0", "of", "0", "-"]]


class TestReels:
    """Real reels, drawn and encoded."""

    @pytest.fixture(autouse=True)
    def _tests_own_server(self, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("flows.make.connect", lambda _: None)

    def test_variants_share_what_is_the_same(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Another hook needs no other voice and no other face; each reel lies in a folder of its own."""
        (tmp_path / "talk.yaml").write_text(
            "title: T\nbeats: [{say: Hello.}]\nvariants: [{id: hooked, hook: Wait}]\n", "utf-8")
        out = tmp_path / "out"
        assert main(["make", str(tmp_path / "talk.yaml"), "--yes", "--json", "--out", str(out), *FAKES]) == 0
        listed = json.loads(capsys.readouterr().out)
        assert {path.name for path in out.iterdir()} == {"main", "hooked", "variants.md", "variants.json"}
        first, second = listed["reels"]
        assert (first["id"], first["reused"], second["id"], second["differs"]) == ("main", 0, "hooked", "hook 'Wait'")
        assert (out / second["file"]).is_file()
        stages = json.loads((out / "hooked" / "reel.json").read_bytes())["stages"]
        kept = {stage["name"] for stage in stages if stage["cached"]}
        assert {"speech", "alignment", "animation", "lipsync", "captions"} <= kept
        assert second["reused"] == len(kept)

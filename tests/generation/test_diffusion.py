"""Families of models: what each declares, and what it tells its pipeline; nothing here needs torch."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tasks.domain.errors import FixMachine, MissingTool
from tasks.domain.generation import ClipOrder
from tasks.generation.base import Material
from tasks.generation.card import Placement
from tasks.generation.diffusion import Call, DiffusionFilms
from tasks.generation.film_rules import UPRIGHT, Rules, Shape
from tasks.generation.ltx import DECODED_AT, LtxFilms
from tasks.generation.ltx2 import Ltx2Films
from tasks.generation.model_files import LocalModel
from tasks.generation.svd import FEW_FRAMES, MANY_FRAMES, SvdFilms
from tasks.generation.wan import WAN_21, WAN_22, WAN_22_SMALL, WanFilms
from tasks.runtime.model_environment import has_models
from tasks.runtime.models import ModelFolder
from tasks.runtime.tuning import Tuning

FAMILIES: tuple[type[DiffusionFilms], ...] = (LtxFilms, Ltx2Films, SvdFilms, WanFilms)
NEAR_UPRIGHT = 0.05
"""Usual sizes differ from 9:16 by less, as the models' units allow."""


def engine(family: type[DiffusionFilms], folder: Path = Path("nowhere"), **tuning: Any) -> Any:
    """An engine."""
    return family(models=ModelFolder(folder), tuning=Tuning.model_validate(tuning))


def model(pipeline: str = "X", **index: Any) -> LocalModel:
    """A model whose index says so."""
    return LocalModel(Path("nowhere"), pipeline, index)


def call(*, picture: bool = True, guidance: float = 4.0, device: str = "cpu", tiled: bool = False) -> Call:
    """An order."""
    order = ClipOrder(seed=3, duration_s=1, prompt="a face", negative_prompt="blur")
    placement = Placement(device, "float32", "none", tiled)
    return Call(order, Material(), Shape(64, 128, 9, 24), 2, guidance, placement, "the picture" if picture else None)


def pipeline(**config: Any) -> Any:
    """A pipeline whose configuration, and whose decoder's, say so."""
    said = SimpleNamespace(**config)
    return SimpleNamespace(config=said, vae=SimpleNamespace(config=said))


class TestDeclared:
    @pytest.mark.parametrize("rules", [engine(family).rules(None) for family in FAMILIES] + [WAN_22, WAN_22_SMALL])
    def test_rules_keep_their_own_law(self, rules: Rules) -> None:
        """The usual film is legal, nearly upright and no longer than the longest; where the rules are from is said."""
        width, height = rules.usual_px
        assert width % rules.unit_px == height % rules.unit_px == 0
        assert width / height == pytest.approx(UPRIGHT, rel=NEAR_UPRIGHT)
        assert (rules.usual_frames - 1) % rules.frame_step == (rules.most_frames - 1) % rules.frame_step == 0
        assert 1 < rules.usual_frames <= rules.most_frames
        assert rules.memory
        assert rules.licence
        assert rules.source

    @pytest.mark.parametrize("family", FAMILIES)
    def test_every_source_has_its_pipeline(self, family: type[DiffusionFilms]) -> None:
        assert set(family.makers) == family.sources
        assert set(family.makers.values()) <= family.pipelines
        assert family.follows == "nothing"
        assert (family.prompts is None) == (family is SvdFilms)

    def test_no_two_families_run_the_same_models(self) -> None:
        assert len(frozenset().union(*(family.pipelines for family in FAMILIES))) == sum(
            len(family.pipelines) for family in FAMILIES)

    @pytest.mark.parametrize("family", FAMILIES)
    def test_hub_model_needs_no_connection_to_be_named(self, family: type[DiffusionFilms]) -> None:
        """Neither its name nor how long its films are."""
        made = engine(family, model=family.example, revision="abc")
        assert made.model == f"{family.example}@abc"
        assert made.identity["digest"] == "abc"
        assert made.longest_s > 3
        assert json.dumps(made.identity)

    @pytest.mark.parametrize("family", FAMILIES)
    def test_missing_model_is_said(self, family: type[DiffusionFilms], tmp_path: Path) -> None:
        with pytest.raises(FixMachine, match=f"no model in .*{family.example}"):
            _ = engine(family, tmp_path / family.name).model

    @pytest.mark.skipif(has_models(), reason="this environment can run models")
    @pytest.mark.parametrize("family", FAMILIES)
    def test_environment_that_runs_no_models_is_told(self, family: type[DiffusionFilms], tmp_path: Path) -> None:
        with pytest.raises(MissingTool, match=f"generation engine '{family.name}' needs the models environment"):
            engine(family).generate(ClipOrder(seed=1, duration_s=1), Material(), tmp_path / "a.mp4", lambda *_: None)


class TestLtx:
    def test_is_told_words_and_speed(self) -> None:
        given = engine(LtxFilms).arguments(call(picture=False), pipeline(timestep_conditioning=False))
        assert given == {"prompt": "a face", "negative_prompt": "blur", "guidance_scale": 4.0, "frame_rate": 24}

    def test_newer_decoder_is_told_of_noise(self) -> None:
        """From text the seed stays on the processor."""
        given = engine(LtxFilms).arguments(call(picture=False), pipeline(timestep_conditioning=True))
        assert given["decode_timestep"] == DECODED_AT
        assert "generator" not in given


class TestWan:
    def test_version_decides_the_rules(self) -> None:
        made = engine(WanFilms)
        assert made.rules(model()) is WAN_21
        assert made.rules(model(boundary_ratio=0.9, expand_timesteps=False)) is WAN_22
        assert made.rules(model(boundary_ratio=None, expand_timesteps=True)) is WAN_22_SMALL

    def test_model_makes_films_from_what_it_is_published_for(self) -> None:
        """The small one of 2.2 from both."""
        made = engine(WanFilms)
        able = {name: [made.makes(one, source) for source in ("picture", "text")] for name, one in (
            ("picture", model("WanImageToVideoPipeline")), ("text", model("WanPipeline")),
            ("both", model("WanPipeline", expand_timesteps=True)))}
        assert able == {"picture": [True, False], "text": [False, True], "both": [True, True]}

    @pytest.mark.parametrize(("picture", "second"), [(True, 4.0), (False, 3.0)])
    def test_second_model_is_told_its_own_guidance(self, picture: bool, second: float) -> None:
        """Where there are two; for text 3 where the first has 4."""
        given = engine(WanFilms).arguments(call(picture=picture), pipeline(boundary_ratio=0.9))
        assert given["guidance_scale_2"] == second
        assert "guidance_scale_2" not in engine(WanFilms).arguments(call(), pipeline(boundary_ratio=None))


class TestSvd:
    @pytest.mark.parametrize("frames", [14, 25])
    def test_films_are_as_long_as_the_model_was_trained_for(self, frames: int, tmp_path: Path) -> None:
        (tmp_path / "unet").mkdir()
        (tmp_path / "unet" / "config.json").write_text(json.dumps({"num_frames": frames}))
        rules = engine(SvdFilms).rules(LocalModel(tmp_path, "X", {}))
        assert (rules.usual_frames, rules.most_frames) == (frames, frames)

    def test_is_told_no_words_and_little_motion(self) -> None:
        given = engine(SvdFilms).arguments(call(guidance=0.5), pipeline())
        assert "prompt" not in given
        assert given["motion_bucket_id"] < 127
        assert (given["min_guidance_scale"], given["max_guidance_scale"]) == (0.5, 0.5)

    def test_fewer_frames_are_decoded_together_where_memory_is_short(self) -> None:
        assert engine(SvdFilms).arguments(call(tiled=True), pipeline())["decode_chunk_size"] == FEW_FRAMES
        assert engine(SvdFilms).arguments(call(), pipeline())["decode_chunk_size"] == MANY_FRAMES

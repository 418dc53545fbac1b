"""Engines on the diffusers library, run for real: each on a tiny model of its family, loaded from a folder.

The films are noise; what is tested is what surrounds them. Where there is a graphics card, the models run there.
"""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from file_modules import load_file
from tasks.domain.errors import FixMachine, FixRequest, MissingTool
from tasks.domain.generation import ClipOrder
from tasks.domain.media import MediaFile
from tasks.generation import pipeline
from tasks.generation.base import Made, Material
from tasks.generation.card import Placement
from tasks.generation.model_files import read_model
from tasks.runtime.engines import load_engine
from tasks.runtime.models import ModelFolder
from tasks.runtime.tuning import Tuning

HERE = Path(__file__).parent
PORTRAIT = HERE.parents[1] / "avatars" / "ada" / "portrait.png"
FILE = MediaFile(uri="files/a.png", sha256="a" * 64, size_bytes=1)
STEPS = 2


TINY = load_file(HERE / "tiny_films.py")


LETTERS = 26
"""Size of a vocabulary of pieces of words."""


@dataclass(frozen=True)
class Family:
    """An engine, and a tiny model of it."""

    engine: str
    save: Callable[[Path], Path]
    size: tuple[int, int]
    """Asked for, and legal."""
    fps: int
    frames: int
    """Of a film of half a second, counted as the family counts."""
    sources: tuple[str, ...]
    """What the tiny model makes films from."""


FAMILIES = (
    Family("ltx", TINY.save_ltx, (64, 96), 25, 17, ("picture", "text")),  # 12.5 frames, 8 k + 1
    Family("ltx2", TINY.save_ltx2, (64, 96), 24, 17, ("picture", "text")),  # 12 frames, 8 k + 1
    Family("svd", TINY.save_svd, (64, 128), 7, 4, ("picture",)),  # 3.5 frames
    Family("wan", TINY.save_wan, (48, 80), 16, 9, ("picture",)),  # 8 frames, 4 k + 1
    Family("wan", TINY.save_wan_large, (48, 80), 16, 9, ("picture",)),
    Family("wan", TINY.save_wan_text, (48, 80), 16, 9, ("text",)),
    Family("wan", TINY.save_wan_small, (64, 96), 24, 13, ("picture", "text")),  # 12 frames, 4 k + 1
)
MAKERS = [(family, source) for family in FAMILIES for source in family.sources]
NAMES = [f"{family.save.__name__.removeprefix('save_')}-{source}" for family, source in MAKERS]
"""As tests are called."""


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model of every family, each in its engine's folder."""
    root = tmp_path_factory.mktemp("films")
    for family in FAMILIES:
        family.save(root / family.save.__name__ / family.engine / "tiny")
    cv2.imwrite(str(root / "portrait.png"), cv2.resize(cv2.imread(str(PORTRAIT)), (180, 320), interpolation=cv2.INTER_AREA))
    return root


@dataclass(frozen=True)
class Maker:
    """One engine with one model, making films from a picture or from text."""

    family: Family
    source: str
    films: Path

    @property
    def folder(self) -> Path:
        """Of the model."""
        return self.films / self.family.save.__name__ / self.family.engine / "tiny"

    def engine(self, root: Path | None = None, **tuning: Any) -> Any:
        """The engine, with the tiny model's size."""
        size = {"width_px": self.family.size[0], "height_px": self.family.size[1], "steps": STEPS}
        return load_engine("generation", self.family.engine)(
            models=ModelFolder(root / self.family.engine if root else self.folder.parent),
            tuning=Tuning.model_validate(size | tuning))

    def make(self, target: Path, progress: Callable[[float, str], None] = lambda *_: None, *, root: Path | None = None,
             tuning: dict[str, Any] | None = None, **order: Any) -> Made:
        """A film of half a second."""
        picture = self.source == "picture"
        wanted = {"seed": 1, "duration_s": 0.5, "prompt": "a face moves", "picture": FILE if picture else None} | order
        material = Material(picture=self.films / "portrait.png" if picture else None)
        made: Made = self.engine(root, **tuning or {}).generate(ClipOrder.model_validate(wanted), material, target, progress)
        return made


@pytest.fixture(params=MAKERS, ids=NAMES)
def maker(request: pytest.FixtureRequest, films: Path) -> Maker:
    """Every engine with every source."""
    return Maker(*request.param, films)


@pytest.fixture(params=MAKERS[::2], ids=NAMES[::2])
def one(request: pytest.FixtureRequest, films: Path) -> Maker:
    """Every engine with one source."""
    return Maker(*request.param, films)


@pytest.fixture
def ltx(films: Path) -> Maker:
    """The quickest."""
    return Maker(FAMILIES[0], "text", films)


def frames_of(film: Path) -> tuple[list[np.ndarray], float]:
    """The frames of a film, and how many a second it has."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        rate = float(stream.average_rate)
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)], rate


class Stopped(BaseException):
    """What somebody who cancels raises, as Prefect's own signal no ordinary error."""


class TestEveryFamily:
    def test_film_has_size_length_and_speed_of_its_rules(self, maker: Maker, tmp_path: Path) -> None:
        assert maker.make(tmp_path / "clip.mp4").warnings == ()
        frames, fps = frames_of(tmp_path / "clip.mp4")
        assert {frame.shape for frame in frames} == {(maker.family.size[1], maker.family.size[0], 3)}
        assert (len(frames), fps) == (maker.family.frames, maker.family.fps)

    def test_seed_decides_the_film(self, maker: Maker, tmp_path: Path) -> None:
        """The same gives the same bytes, by an engine made anew; another gives others."""
        for name, seed in (("first", 1), ("again", 1), ("other", 2)):
            maker.make(tmp_path / name, seed=seed)
        first, again, other = ((tmp_path / name).read_bytes() for name in ("first", "again", "other"))
        assert first == again
        assert first != other

    def test_every_step_is_told(self, maker: Maker, tmp_path: Path) -> None:
        heard: list[tuple[float, str]] = []
        maker.make(tmp_path / "clip.mp4", lambda done, what: heard.append((done, what)), tuning={"steps": 3})
        parts = [done for done, _ in heard]
        assert parts == sorted(parts)
        assert (parts[0], parts[-1]) == (0.0, 1.0)
        steps = [what for _, what in heard if what.startswith("step")]
        assert steps == ["step 1 of 3", "step 2 of 3", "step 3 of 3"]

    def test_cancelled_film_leaves_nothing_and_the_next_one_is_made(self, maker: Maker, tmp_path: Path) -> None:
        """At the second step, and while it is encoded; the next film is as if nothing had happened."""
        maker.make(tmp_path / "before.mp4")
        for moment in ("step 2 of 2", "filming"):
            def stop(_: float, what: str, moment: str = moment) -> None:
                if what == moment:
                    raise Stopped

            with pytest.raises(Stopped):
                maker.make(tmp_path / "clip.mp4", stop)
            assert not (tmp_path / "clip.mp4").exists()
        maker.make(tmp_path / "clip.mp4")
        assert (tmp_path / "clip.mp4").read_bytes() == (tmp_path / "before.mp4").read_bytes()

    def test_card_is_free_after_a_film(self, one: Maker, tmp_path: Path) -> None:
        """Whether it was finished or not."""
        import torch

        def stop(_: float, what: str) -> None:
            if what.startswith("step"):
                raise Stopped

        one.make(tmp_path / "clip.mp4")
        with pytest.raises(Stopped):
            one.make(tmp_path / "clip.mp4", stop)
        parts = [part for kept in pipeline._kept.by_class.values() for part in kept.components.values()
                 if isinstance(part, torch.nn.Module)]
        assert parts
        assert {str(weight.device) for part in parts for weight in part.parameters()} == {"cpu"}
        if torch.cuda.is_available():
            assert torch.cuda.memory_allocated() < 1 << 20

    def test_takes_load_the_weights_once(self, one: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """By engines made anew, as the stage does it."""
        import diffusers

        pipeline._kept.key, pipeline._kept.by_class = None, {}
        loaded, kept = [], diffusers.DiffusionPipeline.from_pretrained.__func__
        monkeypatch.setattr(diffusers.DiffusionPipeline, "from_pretrained", classmethod(
            lambda cls, *given, **named: loaded.append(cls) or kept(cls, *given, **named)))
        for seed in range(3):
            one.make(tmp_path / f"{seed}.mp4", seed=seed)
        assert len(loaded) == 1

    def test_model_of_another_family_is_refused(self, one: Maker, tmp_path: Path) -> None:
        """With what would run it."""
        folder = tmp_path / one.family.engine / "tiny"
        shutil.copytree(one.folder, folder)
        index = json.loads((folder / "model_index.json").read_text())
        (folder / "model_index.json").write_text(json.dumps(index | {"_class_name": "CogVideoXPipeline"}))
        with pytest.raises(FixMachine, match=r"made for 'CogVideoXPipeline'.*no engine here runs it"):
            one.make(tmp_path / "clip.mp4", root=tmp_path)

    def test_damaged_weights_are_told_in_a_sentence(self, one: Maker, tmp_path: Path) -> None:
        """Whose header is whole, and whose numbers are not all there."""
        shutil.copytree(one.folder, tmp_path / one.family.engine / "tiny")
        weights = next((tmp_path / one.family.engine / "tiny" / "vae").glob("*.safetensors"))
        weights.write_bytes(weights.read_bytes()[:-100])
        with pytest.raises(FixMachine, match="cannot be loaded as .*: download its folder anew"):
            one.make(tmp_path / "clip.mp4", root=tmp_path)

    def test_parts_that_do_not_fit_are_told_in_a_sentence(self, films: Path, tmp_path: Path) -> None:
        """A model for pictures whose index says that it is for words: it loads, and fails at work."""
        family = next(family for family in FAMILIES if family.save is TINY.save_wan)
        maker, folder = Maker(family, "text", films), tmp_path / "wan" / "tiny"
        shutil.copytree(maker.folder, folder)
        index = json.loads((folder / "model_index.json").read_text())
        (folder / "model_index.json").write_text(json.dumps(index | {"_class_name": "WanPipeline"}))
        with pytest.raises(FixMachine, match=rf"'{folder}' cannot make a film as WanPipeline .*size of tensor.*reels.toml"):
            maker.make(tmp_path / "clip.mp4", root=tmp_path)
        assert not (tmp_path / "clip.mp4").exists()

    def test_nothing_is_printed(self, one: Maker, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        one.make(tmp_path / "clip.mp4")
        assert capfd.readouterr() == ("", "")


class TestMemory:
    @pytest.mark.parametrize("error", ["CUDA out of memory. Tried", "DefaultCPUAllocator: can't allocate memory: you"])
    def test_short_memory_is_told_with_what_needs_less(self, ltx: Maker, tmp_path: Path, error: str,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
        """And the next film is made."""
        import diffusers

        def full(*_: Any, **__: Any) -> None:
            raise RuntimeError(error)

        with monkeypatch.context() as patched:
            patched.setattr(diffusers.LTXPipeline, "__call__", full)
            with pytest.raises(FixMachine, match=r"not enough memory.*offload = 'layers', a smaller width_px"):
                ltx.make(tmp_path / "clip.mp4")
        ltx.make(tmp_path / "clip.mp4")

    def test_half_precision_makes_a_film(self, one: Maker, tmp_path: Path) -> None:
        """Parts that should stay in full precision do, and of others at most what the library keeps so."""
        import torch

        rules = one.engine().rules(read_model(one.folder))
        if "bfloat16" not in rules.halves:
            pytest.skip(f"{one.family.engine} works in float16, which a processor does not")
        one.make(tmp_path / "clip.mp4", tuning={"precision": "bfloat16"})
        loaded = next(iter(pipeline._kept.by_class.values()))
        halved = {name: torch.bfloat16 in {weight.dtype for weight in part.parameters()}
                  for name, part in loaded.components.items() if isinstance(part, torch.nn.Module)}
        assert halved == {name: name not in rules.full_precision for name in halved}

    def test_films_ordered_at_once_are_made_one_after_the_other(self, ltx: Maker, tmp_path: Path) -> None:
        """As if they had been ordered so."""
        names = [f"{seed}.mp4" for seed in range(3)]
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda name: ltx.make(tmp_path / f"at-once-{name}", seed=int(name[0])), names))
        for seed, name in enumerate(names):
            ltx.make(tmp_path / name, seed=seed)
            assert (tmp_path / name).read_bytes() == (tmp_path / f"at-once-{name}").read_bytes()

    def test_pipeline_that_cannot_be_taken_off_is_loaded_anew(self, ltx: Maker, tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
        """A broken one is kept by nobody."""
        def stuck(_: Any) -> None:
            raise NotImplementedError("Cannot copy out of meta tensor")

        with monkeypatch.context() as patched:
            patched.setattr(pipeline, "take_off", stuck)
            ltx.make(tmp_path / "first.mp4")
        assert pipeline._kept.by_class == {}
        ltx.make(tmp_path / "again.mp4")
        assert (tmp_path / "first.mp4").read_bytes() == (tmp_path / "again.mp4").read_bytes()

    @pytest.mark.parametrize("offload", ["none", "model", "layers"])
    def test_pipeline_is_taken_off_however_it_was_put_on(self, ltx: Maker, tmp_path: Path, offload: Any) -> None:
        """In the middle of its work; with hooks it works on the processor, too, where there is no card."""
        import accelerate
        import torch

        device = "cuda" if torch.cuda.is_available() else "cpu"
        with pytest.raises(Stopped), pipeline.on_card(
                read_model(ltx.folder), "LTXPipeline", Placement("cpu", "float32", "none", tiled=False), ()) as loaded:
            if offload == "model":
                loaded.enable_model_cpu_offload(device=device)
            elif offload == "layers":
                for part in (loaded.vae, loaded.transformer, loaded.text_encoder):
                    accelerate.cpu_offload(part, torch.device(device), offload_buffers=True)

            def stop(*_: Any) -> None:
                raise Stopped

            loaded("a face", width=64, height=96, num_frames=9, num_inference_steps=2, callback_on_step_end=stop)
        assert {str(weight.device) for part in (loaded.vae, loaded.transformer, loaded.text_encoder)
                for weight in part.parameters()} == {"cpu"}
        assert not any(hasattr(part, "_hf_hook") for part in loaded.transformer.modules())

    def test_tiles_give_a_film_of_the_same_size(self, ltx: Maker) -> None:
        with pipeline.on_card(read_model(ltx.folder), "LTXPipeline", Placement("cpu", "float32", "none", tiled=True),
                              ()) as loaded:
            assert loaded.vae.use_tiling
            film = loaded("a face", width=64, height=96, num_frames=9, num_inference_steps=1, output_type="pt").frames[0]
        assert film.shape == (9, 3, 96, 64)

    def test_numbers_that_are_none_are_refused(self) -> None:
        import torch

        with pytest.raises(FixMachine, match="set precision = 'bfloat16'"):
            pipeline.to_pictures(torch.full((1, 3, 4, 4), float("nan")))

    def test_pictures_are_rounded(self) -> None:
        """A half is 127.5, which rounds to 128."""
        import torch

        film = torch.tensor([0.0, 0.5, 1.0]).reshape(1, 3, 1, 1).to(torch.bfloat16)
        assert pipeline.to_pictures(film).tolist() == [[[[0, 128, 255]]]]


class TestHub:
    def test_model_that_cannot_be_fetched_is_told(self, ltx: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a connection, and not in the cache."""
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
        with pytest.raises(FixMachine, match="'Lightricks/LTX-Video' cannot be fetched from the hub"):
            ltx.make(tmp_path / "clip.mp4", tuning={"model": "Lightricks/LTX-Video"})

    def test_what_stopped_a_download_is_told_not_what_the_library_makes_of_it(self, ltx: Maker, tmp_path: Path,
                                                                              monkeypatch: pytest.MonkeyPatch) -> None:
        """It says that there is no such file wherever none came."""
        import diffusers

        def unreachable(*_: Any, **__: Any) -> None:
            try:
                raise ConnectionRefusedError("connection refused")
            except ConnectionRefusedError as error:
                raise OSError("a/b does not appear to have a file named model_index.json") from error

        monkeypatch.setattr(diffusers.DiffusionPipeline, "load_config", unreachable)
        with pytest.raises(FixMachine, match=r"the hub \(ConnectionRefusedError: connection refused\): check its name"):
            ltx.make(tmp_path / "clip.mp4", tuning={"model": "a/b"})

    def test_fetched_model_makes_the_film_and_is_said_to_be_unpinned(self, ltx: Maker, tmp_path: Path,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
        """With a commit there is nothing to say."""
        import diffusers

        asked: list[dict[str, Any]] = []
        monkeypatch.setattr(diffusers.DiffusionPipeline, "load_config", classmethod(
            lambda *_, **__: {"_class_name": "LTXPipeline"}))
        monkeypatch.setattr(diffusers.DiffusionPipeline, "download", classmethod(
            lambda _, name, **named: asked.append({"name": name} | named) or ltx.folder))
        named = {"model": "a/b"}
        assert "name its commit with 'revision'" in ltx.make(tmp_path / "a.mp4", tuning=named).warnings[0]
        assert ltx.make(tmp_path / "b.mp4", tuning=named | {"revision": "abc"}).warnings == ()
        first = {"name": "a/b", "use_safetensors": True}
        assert asked == [first, first | {"revision": "abc"}]

    def test_model_of_another_family_is_refused_before_it_is_downloaded(self, ltx: Maker, tmp_path: Path,
                                                                        monkeypatch: pytest.MonkeyPatch) -> None:
        """Its description is small, and its weights are not."""
        import diffusers

        monkeypatch.setattr(diffusers.DiffusionPipeline, "load_config", classmethod(
            lambda *_, **__: {"_class_name": "WanPipeline"}))
        monkeypatch.setattr(diffusers.DiffusionPipeline, "download", lambda *_, **__: pytest.fail("it was downloaded"))
        with pytest.raises(FixMachine, match="'a/b' is made for 'WanPipeline'.*--engine generation=wan"):
            ltx.make(tmp_path / "a.mp4", tuning={"model": "a/b"})


class TestWhatAModelCannot:
    @pytest.mark.parametrize(("save", "source"), [(TINY.save_wan, "text"), (TINY.save_wan_text, "picture")])
    def test_order_for_another_kind_of_model_is_refused(self, films: Path, tmp_path: Path, save: Any, source: str) -> None:
        """Of the same family, before anything is loaded."""
        family = next(family for family in FAMILIES if family.save is save)
        with pytest.raises(FixRequest, match=rf"'tiny@\w+' of the engine 'wan' makes no films from a {source}"):
            Maker(family, source, films).make(tmp_path / "clip.mp4")

    def test_missing_package_is_told(self, ltx: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Some tokenizers want one."""
        import diffusers

        def wanting(*_: Any, **__: Any) -> None:
            raise ImportError("T5Tokenizer requires the SentencePiece library")

        pipeline._forget()
        monkeypatch.setattr(diffusers.LTXPipeline, "from_pretrained", wanting)
        with pytest.raises(MissingTool, match=r"needs a package that is not installed here .*SentencePiece"):
            ltx.make(tmp_path / "clip.mp4")


class TestWords:
    def test_they_may_be_published_for_sentencepiece(self, ltx: Maker, tmp_path: Path) -> None:
        """As those of LTX-Video are; another prompt makes another film."""
        from sentencepiece import SentencePieceTrainer
        from transformers import T5EncoderModel, T5Tokenizer

        folder = tmp_path / "ltx" / "model"
        shutil.copytree(ltx.folder, folder)
        words = ["a calm face looks into the camera", "steam rises from a cup", "the light does not change"] * 9
        SentencePieceTrainer.train(sentence_iterator=iter(words), model_prefix=str(tmp_path / "words"), vocab_size=LETTERS,
                                   pad_id=0, eos_id=1, unk_id=2, bos_id=-1, minloglevel=2)
        shutil.rmtree(folder / "tokenizer")
        T5Tokenizer(str(tmp_path / "words.model"), extra_ids=0).save_pretrained(folder / "tokenizer")
        assert {path.name for path in (folder / "tokenizer").iterdir()} >= {"spiece.model"}
        encoder = T5EncoderModel.from_pretrained(folder / "text_encoder")
        encoder.resize_token_embeddings(LETTERS)
        encoder.save_pretrained(folder / "text_encoder")
        index = json.loads((folder / "model_index.json").read_text("utf-8"))
        index["tokenizer"] = ["transformers", "T5Tokenizer"]
        (folder / "model_index.json").write_text(json.dumps(index), "utf-8")
        engine = ltx.engine(tmp_path)
        for name, prompt in (("one", "a calm face"), ("two", "steam rises from a cup")):
            order = ClipOrder(prompt=prompt, seed=1, duration_s=0.3)
            engine.generate(order, Material(), tmp_path / f"{name}.mp4", lambda *_: None)
        one, two = (frames_of(tmp_path / f"{name}.mp4")[0] for name in ("one", "two"))
        assert not np.array_equal(one[-1], two[-1])


class TestIdentity:
    def test_all_that_decides_a_film_is_in_it(self, ltx: Maker) -> None:
        """As JSON; another model, size, length, number of steps, guidance or precision is another."""
        tunings: tuple[dict[str, Any], ...] = (
            {}, {"width_px": 96}, {"clip_s": 1.0}, {"steps": 9}, {"guidance": 1.0}, {"precision": "float32"},
            {"model": "a/b"}, {"model": "a/b", "revision": "c"})
        assert len({json.dumps(ltx.engine(**tuning).identity) for tuning in tunings}) == len(tunings)


class TestBrokenOrders:
    def test_picture_that_is_none_is_refused(self, ltx: Maker, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_text("no")
        with pytest.raises(FixRequest, match="no picture"):
            ltx.engine().generate(ClipOrder(picture=FILE, seed=1, duration_s=1), Material(picture=tmp_path / "a.png"),
                                  tmp_path / "clip.mp4", lambda *_: None)

"""Models on the disk: which is meant, what is refused, what tells two apart. Nothing here needs torch."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from tasks.domain.errors import FixMachine
from tasks.generation.ltx import LtxFilms
from tasks.generation.model_files import HubModel, LocalModel, find_model, read_model, require_family
from tasks.runtime.models import ModelFolder
from tasks.runtime.tuning import Tuning

EXAMPLE = "Lightricks/LTX-Video"


def weights(path: Path, shapes: dict[str, list[int]], *, fill: int = 0) -> None:
    """A file of safetensors, half precision: length of the header, header, numbers."""
    header, offset = {}, 0
    for name, shape in shapes.items():
        size = 2
        for side in shape:
            size *= side
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes([fill]) * offset)


def model(folder: Path, *, pipeline: Any = "LTXPipeline", fill: int = 0) -> Path:
    """A folder as diffusers saves it."""
    folder.mkdir(parents=True)
    (folder / "model_index.json").write_text(json.dumps({"_class_name": pipeline, "vae": ["diffusers", "X"]}))
    weights(folder / "vae" / "diffusion_pytorch_model.safetensors", {"a": [3, 4], "b": [5]}, fill=fill)
    (folder / "vae" / "config.json").write_text('{"latent_channels": 8}')
    return folder


def found(root: Path, **tuning: Any) -> LocalModel | HubModel:
    """The model that the engine 'ltx' means."""
    return find_model(ModelFolder(root / "ltx"), Tuning.model_validate(tuning), EXAMPLE)


class TestWhichIsMeant:
    def test_only_folder_needs_no_name(self, tmp_path: Path) -> None:
        """A folder without a model does not count."""
        model(tmp_path / "ltx" / "tiny")
        (tmp_path / "ltx" / "notes").mkdir()
        one = found(tmp_path)
        assert isinstance(one, LocalModel)
        assert one.folder == tmp_path / "ltx" / "tiny"
        assert one.name == f"tiny@{one.digest[:12]}"

    def test_missing_parts_are_named(self, tmp_path: Path) -> None:
        """As after a download that was broken off; a part that the model does without is none."""
        index = {"_class_name": "LTXPipeline", "vae": ["diffusers", "X"], "tokenizer": ["transformers", "X"],
                 "image_encoder": [None, None], "text_encoder": ["transformers", "X"], "boundary_ratio": None}
        (model(tmp_path / "tiny") / "model_index.json").write_text(json.dumps(index))
        with pytest.raises(FixMachine, match=r"tiny' lacks 'tokenizer', 'text_encoder', which its model_index.json names"):
            read_model(tmp_path / "tiny")

    def test_none_is_said_with_the_folder_and_an_example(self, tmp_path: Path) -> None:
        with pytest.raises(FixMachine, match=r"no model in '.*ltx'.*\[generators\.ltx\] model = \"Lightricks/LTX-Video\""):
            found(tmp_path)

    def test_several_are_listed(self, tmp_path: Path) -> None:
        for name in ("old", "new"):
            model(tmp_path / "ltx" / name)
        with pytest.raises(FixMachine, match=r"several models in '.*ltx', new, old: name one"):
            found(tmp_path)

    def test_named_by_folder_or_whole_path(self, tmp_path: Path) -> None:
        for folder in (tmp_path / "ltx" / "old", tmp_path / "ltx" / "new", tmp_path / "else" / "where"):
            model(folder)
        assert found(tmp_path, model="old") == read_model(tmp_path / "ltx" / "old")
        assert found(tmp_path, model=str(tmp_path / "else" / "where")) == read_model(tmp_path / "else" / "where")

    def test_hub_id_with_its_commit(self, tmp_path: Path) -> None:
        """Nothing is asked of the hub yet."""
        assert found(tmp_path, model=EXAMPLE, revision="abc") == HubModel(EXAMPLE, "abc")

    def test_slip_of_the_finger_is_answered_with_what_was_meant(self, tmp_path: Path) -> None:
        model(tmp_path / "ltx" / "tiny")
        with pytest.raises(FixMachine, match="no model of 'ltx' 'tinny'; did you mean 'tiny'"):
            found(tmp_path, model="tinny")

    def test_missing_path_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(FixMachine, match=r"'.*away' holds no model of diffusers"):
            found(tmp_path, model=str(tmp_path / "away"))


class TestWhatIsRefused:
    @pytest.mark.parametrize("name", ["diffusion_pytorch_model.bin", "model.ckpt", "model.pt", "model.pth"])
    def test_weights_that_can_run_programs(self, tmp_path: Path, name: str) -> None:
        """Beside safetensors of the same part they are left alone."""
        folder = model(tmp_path / "x")
        (folder / "vae" / name).write_bytes(b"")
        assert read_model(folder)
        (folder / "text_encoder").mkdir()
        (folder / "text_encoder" / name).write_bytes(b"")
        with pytest.raises(FixMachine, match=f"could hold a program, 'text_encoder/{name}', and no safetensors"):
            read_model(folder)

    def test_no_weights_at_all(self, tmp_path: Path) -> None:
        folder = model(tmp_path / "x")
        (folder / "vae" / "diffusion_pytorch_model.safetensors").unlink()
        with pytest.raises(FixMachine, match="has no weights"):
            read_model(folder)

    def test_programs(self, tmp_path: Path) -> None:
        """Neither named in the index nor lying beside a part."""
        with pytest.raises(FixMachine, match="brings programs of its own"):
            read_model(model(tmp_path / "x", pipeline=["pipeline", "Mine"]))
        folder = model(tmp_path / "y")
        (folder / "vae" / "mine.py").write_text("")
        with pytest.raises(FixMachine, match="brings programs of its own"):
            read_model(folder)

    @pytest.mark.parametrize("content", ["{", "[]", "\xff"])
    def test_damaged_index(self, tmp_path: Path, content: str) -> None:
        folder = model(tmp_path / "x")
        (folder / "model_index.json").write_bytes(content.encode("latin-1"))
        with pytest.raises(FixMachine, match=r"model_index\.json' (cannot be read|describes no model)"):
            read_model(folder)

    @pytest.mark.parametrize("content", [b"", b"1234", struct.pack("<Q", 1 << 60) + b"{}", struct.pack("<Q", 2) + b"{]",
                                         struct.pack("<Q", 2) + b"[]", struct.pack("<Q", 8) + b'{"a": 1}'])
    def test_damaged_weights(self, tmp_path: Path, content: bytes) -> None:
        folder = model(tmp_path / "x")
        (folder / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(content)
        with pytest.raises(FixMachine, match="damaged or no file of safetensors"):
            read_model(folder).numbers()

    def test_another_family_is_sent_to_its_engine(self, tmp_path: Path) -> None:
        """And one that nobody runs is said to be one."""
        one = read_model(model(tmp_path / "x"))
        require_family("x", one.pipeline, "ltx", LtxFilms.pipelines)
        with pytest.raises(FixMachine, match=r"made for 'LTXPipeline'.*'svd' runs SomePipeline: use it with --engine"
                                             " generation=ltx"):
            require_family("x", one.pipeline, "svd", frozenset({"SomePipeline"}))
        with pytest.raises(FixMachine, match="no engine here runs it"):
            require_family("y", "FluxPipeline", "ltx", LtxFilms.pipelines)


class TestWhatIsKnown:
    def test_size_is_read_off_the_headers(self, tmp_path: Path) -> None:
        """3 x 4 + 5; of a part with two kinds of weights the larger ones count."""
        folder = model(tmp_path / "x")
        assert read_model(folder).numbers() == {"vae": 17}
        weights(folder / "vae" / "diffusion_pytorch_model.fp16.safetensors", {"a": [3, 4], "b": [5]})
        assert (read_model(folder).numbers(), read_model(folder).variant) == ({"vae": 17}, None)
        (folder / "vae" / "diffusion_pytorch_model.safetensors").unlink()
        assert (read_model(folder).numbers(), read_model(folder).variant) == ({"vae": 17}, "fp16")

    def test_same_files_have_one_digest_and_others_another(self, tmp_path: Path) -> None:
        """Another training of the same shape, another configuration, another part."""
        first, again, trained, set_up, larger = (read_model(model(tmp_path / name, fill=name == "trained")) for name in (
            "first", "again", "trained", "set-up", "larger"))
        (set_up.folder / "vae" / "config.json").write_text('{"latent_channels": 16}')
        weights(larger.folder / "unet" / "a.safetensors", {"a": [1]})
        assert first.digest == again.digest
        assert len({one.digest for one in (first, trained, set_up, larger)}) == 4

    def test_configuration_of_a_part(self, tmp_path: Path) -> None:
        one = read_model(model(tmp_path / "x"))
        assert one.config("vae") == {"latent_channels": 8}
        assert one.config("away") == {}

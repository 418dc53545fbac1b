"""A pipeline of the diffusers library on this machine's device: loaded once, put on the card for one film, taken off again.

One pipeline stays in the process, in the machine's memory: several takes load it from disk once. Between films the card is
free for whoever waits for it, however the last one ended.
"""

import gc
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import FixMachine, MissingTool
from tasks.generation.card import Card, Placement
from tasks.generation.model_files import HubModel, LocalModel, read_model
from tasks.runtime.engines import needed_by

UNFIT = (RuntimeError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, ImportError)
"""What diffusers raises where the parts of a model do not fit together."""
BROKEN = (*UNFIT, OSError, EOFError)
"""What diffusers raises where a model is not as it expects."""
NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")
"""What torch says where memory is short and the error has no class of its own."""
LESS = "set offload = 'layers', a smaller width_px and height_px, or a shorter clip_s"
"""What needs less memory."""


class _Kept:
    """The pipeline that stays in the process."""

    key: Any = None
    by_class: dict[str, Any]

    def __init__(self) -> None:
        self.by_class = {}


_kept = _Kept()
_one_at_a_time = threading.Lock()


def require_packages(engine: str) -> None:
    """Makes sure that models can be run in this environment.

    Raises:
        MissingTool: a package is not installed.
    """
    with needed_by("generation", engine):
        import diffusers  # noqa: F401
        import torch  # noqa: F401
        import transformers  # noqa: F401


@contextmanager
def alone() -> Iterator[Card | None]:
    """Gives the graphics card, as it is while no other film of this process is made; None: there is none."""
    with _one_at_a_time:
        yield find_card()


def find_card() -> Card | None:
    """The graphics card, as it is now."""
    import torch

    if not torch.cuda.is_available():
        return None
    free_bytes, _ = torch.cuda.mem_get_info()
    return Card(torch.cuda.get_device_name(), free_bytes, torch.cuda.is_bf16_supported(including_emulation=False))


def fetch(model: HubModel, accept: Callable[[str], None]) -> LocalModel:
    """A model of the hub, as it lies in the user's cache; what is not there yet is downloaded.

    Args:
        model: its name.
        accept: told the class of diffusers that it is made for, before the weights are downloaded; raises where it will not
            do.

    Raises:
        FixMachine: there is no such model, it cannot be reached, or it has no safetensors.
    """
    import diffusers

    from_hub = {"revision": model.revision} if model.revision else {}
    try:
        with _quiet():
            index = diffusers.DiffusionPipeline.load_config(model.name, **from_hub)
            accept(str(index.get("_class_name")))
            folder = diffusers.DiffusionPipeline.download(model.name, use_safetensors=True, **from_hub)
    except BROKEN as error:
        raise FixMachine(f"the model {model.name!r} cannot be fetched from the hub ({_told(_first(error))}): check its name,"
                         " the revision and the connection, or put its folder among the engine's models") from error
    return read_model(Path(folder))


@contextmanager
def on_card(model: LocalModel, pipeline: str, placement: Placement, full_precision: tuple[str, ...]) -> Iterator[Any]:
    """Gives the pipeline, ready to run; whatever happens in the block, the card is free after it.

    Args:
        model: its files.
        pipeline: the class of diffusers to run it with.
        placement: where and how.
        full_precision: parts that stay in float32.

    Raises:
        FixMachine: the model cannot be loaded, or there is not enough memory.
        MissingTool: it needs a package that is not installed.
    """
    with _quiet():
        try:
            with _enough_memory():
                loaded = _loaded(model, pipeline, placement, full_precision)
                put_on(loaded, placement)
                yield loaded
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)  # they hold what the model was at work on
            raise
        finally:
            _clear_card()


def called(pipeline: Any, **told: Any) -> Any:
    """What a pipeline makes of what it is told.

    Raises:
        FixMachine: its parts do not fit together, which no loading finds out, or it takes other settings.
    """
    try:
        return pipeline(**told)
    except UNFIT as error:
        if _lacks_memory(error):
            raise
        raise FixMachine(f"the model in {pipeline.name_or_path!r} cannot make a film as {type(pipeline).__name__}"
                         f" ({_told(error)}): check its settings in reels.toml, download its folder anew, or choose"
                         " another") from error


def put_on(pipeline: Any, placement: Placement) -> None:
    """Has a pipeline run where it should."""
    if placement.device != "cpu":
        if placement.offload == "none":
            pipeline.to(placement.device)
        elif placement.offload == "model":
            pipeline.enable_model_cpu_offload(device=placement.device)
        else:
            pipeline.enable_sequential_cpu_offload(device=placement.device)
    for name in ("tiling", "slicing"):
        if hasattr(pipeline.vae, f"use_{name}"):
            getattr(pipeline.vae, f"{'enable' if placement.tiled else 'disable'}_{name}")()
    pipeline.scheduler = type(pipeline.scheduler).from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)


def take_off(pipeline: Any) -> None:
    """Brings a pipeline back to the machine's memory and frees the card."""
    import torch

    pipeline.remove_all_hooks()
    parts = (part for part in pipeline.components.values() if isinstance(part, torch.nn.Module))
    if any(tensor.device.type != "cpu" for part in parts for tensor in chain(part.parameters(), part.buffers())):
        pipeline.to("cpu", silence_dtype_warnings=True)
    if torch.cuda.is_available():
        gc.collect()
        torch.cuda.empty_cache()


def dice(seed: int, device: str = "cpu") -> Any:
    """Chance; thrown on the processor it is the same wherever a model runs."""
    import torch

    return torch.Generator(device).manual_seed(seed)


def to_pictures(film: Any) -> NDArray[np.uint8]:
    """A film as (frames, height, width, 3) uint8 RGB.

    Args:
        film: as a pipeline gives it, (frames, 3, height, width) on any device, 0 to 1.

    Raises:
        FixMachine: some of its numbers are none.
    """
    import torch

    count, _, height, width = film.shape
    pictures = np.empty((count, height, width, 3), np.uint8)
    for index, frame in enumerate(film):
        if not torch.isfinite(frame).all():
            raise FixMachine("the model gave no picture, as its numbers grew too large: set precision = 'bfloat16' or"
                             " 'float32'")
        pictures[index] = frame.float().mul(255).round().to(torch.uint8).permute(1, 2, 0).cpu().numpy()
    return pictures


def _loaded(model: LocalModel, pipeline: str, placement: Placement, full_precision: tuple[str, ...]) -> Any:
    """The pipeline in the machine's memory, kept for the next film."""
    key = (model.folder, model.digest, placement.precision, full_precision)
    if _kept.key != key:
        _forget()
    if pipeline not in _kept.by_class:
        try:
            _kept.by_class[pipeline] = _load(model, pipeline, placement, full_precision)
        except ImportError as error:
            raise MissingTool(f"the model in {str(model.folder)!r} needs a package that is not installed here"
                              f" ({_told(error)}): install it into .venv-models, or choose another model") from error
        except BROKEN as error:
            if _lacks_memory(error):
                raise
            raise FixMachine(f"the model in {str(model.folder)!r} cannot be loaded as {pipeline} ({_told(error)}): download"
                             " its folder anew, or choose another") from error
        _kept.key = key
    return _kept.by_class[pipeline]


def _load(model: LocalModel, pipeline: str, placement: Placement, full_precision: tuple[str, ...]) -> Any:
    """The pipeline from disk, or from the parts of one that was loaded before."""
    import diffusers
    import safetensors
    import torch

    made = getattr(diffusers, pipeline)
    _mend_nothing(made)
    if _kept.by_class:
        return made.from_pipe(next(iter(_kept.by_class.values())), torch_dtype=None)
    precision = {"default": getattr(torch, placement.precision), **dict.fromkeys(full_precision, torch.float32)}
    try:
        return made.from_pretrained(str(model.folder), torch_dtype=precision, use_safetensors=True, local_files_only=True,
                                    variant=model.variant)
    except safetensors.SafetensorError as error:
        raise ValueError(str(error)) from error


def _mend_nothing(made: Any) -> None:
    """Has a class of pipelines take prompts as they are.

    Some mend damaged letters with the package 'ftfy', and fail where it is not installed. Prompts come from this program's
    own templates, whose letters are whole.
    """
    module: Any = sys.modules[made.__module__]
    if not hasattr(module, "ftfy"):
        module.ftfy = SimpleNamespace(fix_text=str)


def _clear_card() -> None:
    """Takes all pipelines off; those that cannot be are forgotten, and loaded anew for the next film."""
    try:
        for one in _kept.by_class.values():
            take_off(one)
    except BROKEN:
        _forget()


def _forget() -> None:
    """Keeps no pipeline."""
    _kept.key, _kept.by_class = None, {}
    gc.collect()


@contextmanager
def _enough_memory() -> Iterator[None]:
    """Tells in a sentence that memory is short.

    Raises:
        FixMachine: it is.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not _lacks_memory(error):
            raise
        raise FixMachine(f"there is not enough memory for this film ({_told(error)}): in reels.toml, [generators.<engine>],"
                         f" {LESS}") from error


def _lacks_memory(error: BaseException) -> bool:
    """Whether an error says that memory is short."""
    import torch

    return (isinstance(error, torch.OutOfMemoryError | MemoryError)
            or (isinstance(error, RuntimeError) and any(words in str(error).lower() for words in NO_MEMORY)))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps what the libraries say of themselves from the terminal."""
    from diffusers.utils.logging import disable_progress_bar, enable_progress_bar

    loggers = [logging.getLogger(name) for name in ("diffusers", "transformers", "accelerate", "huggingface_hub")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        enable_progress_bar()
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _told(error: BaseException) -> str:
    """The first line of what a library says."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


def _first(error: BaseException) -> BaseException:
    """The error that another came of: what the library says last is a guess, the first is what happened."""
    before = error.__cause__ or error.__context__
    return _first(before) if before else error

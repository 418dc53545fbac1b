"""Tiny models that make films of noise, with all the parts of the real ones: built here, saved as diffusers saves them."""

from pathlib import Path
from typing import Any

WORDS = ("<pad>", "</s>", "<unk>", "a", "face", "moves")
"""All that the tiny models read."""


def save_ltx(folder: Path, *, layers: int = 1) -> Path:
    """An LTX-Video that halves a picture five times, as the real ones do."""
    import torch
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    torch.manual_seed(0)
    vae = AutoencoderKLLTXVideo(
        latent_channels=8, block_out_channels=(8, 8, 8, 8), decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1), decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, True, False), decoder_spatio_temporal_scaling=(True, True, True, False),
        decoder_inject_noise=(False,) * 5, upsample_residual=(False,) * 4, upsample_factor=(1,) * 4,
        timestep_conditioning=False, patch_size=4, patch_size_t=1, encoder_causal=True, decoder_causal=False)
    transformer = LTXVideoTransformer3DModel(
        in_channels=8, out_channels=8, num_attention_heads=2, attention_head_dim=8, cross_attention_dim=16,
        num_layers=layers, caption_channels=32)
    return saved(LTXPipeline(scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae, text_encoder=reader(),
                             tokenizer=tokenizer(), transformer=transformer), folder)


def reader() -> Any:
    """What reads the words: a T5."""
    from transformers import T5Config, T5EncoderModel

    return T5EncoderModel(T5Config(vocab_size=len(WORDS), d_model=32, d_kv=8, d_ff=32, num_layers=1, num_heads=2)).eval()


def tokenizer() -> Any:
    """What cuts them apart."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import PreTrainedTokenizerFast

    cut = Tokenizer(WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="<unk>"))
    cut.pre_tokenizer = Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=cut, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")


def saved(pipeline: Any, folder: Path) -> Path:
    """Writes a pipeline into a folder."""
    pipeline.save_pretrained(folder)
    return folder

"""Tiny models that make films of noise, with all the parts of the real ones: built here, saved as diffusers saves them."""

from pathlib import Path
from typing import Any

WORDS = ("<pad>", "</s>", "<unk>", "a", "face", "moves")
"""All that the tiny models read."""
FACE_PX = 32
"""Size at which a tiny Wan Animate looks at a face."""


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


def save_ltx2(folder: Path) -> Path:
    """An LTX-2: its reader is a Gemma, and it has all that makes sound."""
    import torch
    from diffusers import (
        AutoencoderKLLTX2Audio,
        AutoencoderKLLTX2Video,
        FlowMatchEulerDiscreteScheduler,
        LTX2Pipeline,
        LTX2VideoTransformer3DModel,
    )
    from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
    from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    torch.manual_seed(0)
    narrow = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    text_encoder = Gemma3ForConditionalGeneration(Gemma3Config(
        text_config=narrow | {"vocab_size": len(WORDS), "num_key_value_heads": 1, "head_dim": 8},
        vision_config=narrow | {"image_size": 32, "patch_size": 8}, mm_tokens_per_image=4)).eval()
    heads = {"num_attention_heads": 2, "attention_head_dim": 8, "num_layers": 1, "num_learnable_registers": 8}
    connectors = LTX2TextConnectors(
        caption_channels=16, text_proj_in_factor=2, connector_rope_base_seq_len=32, rope_double_precision=False,
        **{f"{kind}_connector_{name}": value for kind in ("video", "audio") for name, value in heads.items()})
    vae = AutoencoderKLLTX2Video(
        latent_channels=8, block_out_channels=(8, 8, 8, 8), decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1, 1, 1, 1, 1), decoder_layers_per_block=(1, 1, 1, 1), spatial_compression_ratio=32,
        temporal_compression_ratio=8)
    audio_vae = AutoencoderKLLTX2Audio(base_channels=4, output_channels=2, ch_mult=(1, 1, 1), num_res_blocks=1,
                                       resolution=32, latent_channels=2, mel_bins=8)
    vocoder = LTX2Vocoder(in_channels=16, hidden_channels=8, upsample_kernel_sizes=[4, 4], upsample_factors=[2, 2],
                          resnet_kernel_sizes=[3], resnet_dilations=[[1]], output_sampling_rate=16_000)
    transformer = LTX2VideoTransformer3DModel(
        in_channels=8, out_channels=8, num_attention_heads=2, attention_head_dim=8, cross_attention_dim=16,
        audio_in_channels=4, audio_out_channels=4, audio_num_attention_heads=2, audio_attention_head_dim=4,
        audio_cross_attention_dim=8, num_layers=1, caption_channels=16, rope_double_precision=False)
    return saved(LTX2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True), vae=vae, audio_vae=audio_vae, vocoder=vocoder,
        text_encoder=text_encoder, tokenizer=tokenizer(), connectors=connectors, transformer=transformer), folder)


def save_svd(folder: Path) -> Path:
    """A Stable Video Diffusion of 14 frames."""
    import torch
    from diffusers import (
        AutoencoderKLTemporalDecoder,
        EulerDiscreteScheduler,
        StableVideoDiffusionPipeline,
        UNetSpatioTemporalConditionModel,
    )
    from transformers import CLIPImageProcessor

    torch.manual_seed(0)
    unet = UNetSpatioTemporalConditionModel(
        block_out_channels=(32, 32), num_frames=14, layers_per_block=1, num_attention_heads=2, cross_attention_dim=32,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"), addition_time_embed_dim=32,
        projection_class_embeddings_input_dim=96)
    vae = AutoencoderKLTemporalDecoder(block_out_channels=(32, 32, 32, 32), down_block_types=("DownEncoderBlock2D",) * 4,
                                       latent_channels=4, sample_size=32)
    scheduler = EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", interpolation_type="linear",
        prediction_type="v_prediction", sigma_max=700.0, sigma_min=0.002, steps_offset=1, timestep_spacing="leading",
        timestep_type="continuous", use_karras_sigmas=True)
    return saved(StableVideoDiffusionPipeline(
        vae=vae, image_encoder=viewer(224), unet=unet, scheduler=scheduler,
        feature_extractor=CLIPImageProcessor(crop_size=224, size=224)), folder)


def save_wan(folder: Path) -> Path:
    """A Wan 2.1 that begins with a picture."""
    from diffusers import WanImageToVideoPipeline
    from transformers import CLIPImageProcessor

    parts = wan_parts(in_channels=36, seen=True)
    return saved(WanImageToVideoPipeline(
        **parts, image_encoder=viewer(32, projected=False),
        image_processor=CLIPImageProcessor(crop_size=32, size={"shortest_edge": 32})), folder)


def save_wan_large(folder: Path) -> Path:
    """A Wan 2.2 of two models, which begins with a picture."""
    from diffusers import WanImageToVideoPipeline

    parts = wan_parts(in_channels=36)
    return saved(WanImageToVideoPipeline(**parts, transformer_2=wan_parts(in_channels=36)["transformer"], boundary_ratio=0.9,
                                         image_encoder=None, image_processor=None), folder)


def save_wan_text(folder: Path) -> Path:
    """A Wan 2.1 that begins with nothing."""
    from diffusers import WanPipeline

    return saved(WanPipeline(**wan_parts(in_channels=16), transformer_2=None), folder)


def save_wan_small(folder: Path) -> Path:
    """The small Wan 2.2, which begins with a picture or with nothing."""
    from diffusers import WanPipeline

    return saved(WanPipeline(**wan_parts(in_channels=16, code=2), transformer_2=None, expand_timesteps=True), folder)


def save_wan_animate(folder: Path) -> Path:
    """A Wan Animate."""
    import torch
    from diffusers import WanAnimatePipeline, WanAnimateTransformer3DModel
    from transformers import CLIPImageProcessor

    parts = wan_parts(in_channels=36)
    torch.manual_seed(0)
    parts["transformer"] = WanAnimateTransformer3DModel(
        num_attention_heads=2, attention_head_dim=12, in_channels=36, latent_channels=16, out_channels=16, text_dim=32,
        freq_dim=32, ffn_dim=32, num_layers=2, image_dim=32, rope_max_seq_len=64, motion_encoder_size=FACE_PX,
        motion_encoder_channel_sizes={"4": 8, "8": 8, "16": 8, "32": 8}, motion_style_dim=8, motion_dim=4,
        motion_encoder_dim=8, face_encoder_hidden_dim=16, face_encoder_num_heads=2, inject_face_latents_blocks=2)
    return saved(WanAnimatePipeline(**parts, image_encoder=viewer(32, projected=False),
                                    image_processor=CLIPImageProcessor(crop_size=32, size=32)), folder)


def wan_parts(*, in_channels: int, seen: bool = False, code: int = 1) -> dict[str, Any]:
    """Parts of a Wan.

    Args:
        in_channels: 16 of the film, and 20 of the picture where it is told so.
        seen: the picture is told by what a viewer sees, too.
        code: how many times the code is tighter than that of 2.1.
    """
    import torch
    from diffusers import AutoencoderKLWan, UniPCMultistepScheduler, WanTransformer3DModel

    torch.manual_seed(0)
    tight = {} if code == 1 else {"in_channels": 3 * code ** 2, "out_channels": 3 * code ** 2, "patch_size": code,
                                  "scale_factor_spatial": 8 * code}
    vae = AutoencoderKLWan(base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1,
                           temperal_downsample=[False, True, True], **tight)
    look = {"image_dim": 32, "added_kv_proj_dim": 24} if seen else {}
    transformer = WanTransformer3DModel(
        num_attention_heads=2, attention_head_dim=12, in_channels=in_channels, out_channels=16, text_dim=32, freq_dim=16,
        ffn_dim=32, num_layers=1, cross_attn_norm=True, rope_max_seq_len=64, **look)
    return {"tokenizer": tokenizer(), "text_encoder": reader(umt5=True), "vae": vae, "transformer": transformer,
            "scheduler": UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)}


def viewer(side_px: int, *, projected: bool = True) -> Any:
    """What looks at the picture: a CLIP."""
    from transformers import CLIPVisionConfig, CLIPVisionModel, CLIPVisionModelWithProjection

    made = CLIPVisionModelWithProjection if projected else CLIPVisionModel
    return made(CLIPVisionConfig(hidden_size=32, projection_dim=32, num_hidden_layers=2, num_attention_heads=2,
                                 image_size=side_px, intermediate_size=32, patch_size=side_px // 4)).eval()


def reader(*, umt5: bool = False) -> Any:
    """What reads the words: a T5, or the kind of it that reads many languages."""
    from transformers import T5Config, T5EncoderModel, UMT5Config, UMT5EncoderModel

    made, described = (UMT5EncoderModel, UMT5Config) if umt5 else (T5EncoderModel, T5Config)
    return made(described(vocab_size=len(WORDS), d_model=32, d_kv=8, d_ff=32, num_layers=1, num_heads=2)).eval()


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


SAVE = {"ltx": save_ltx, "ltx2": save_ltx2, "svd": save_svd, "wan": save_wan, "wan-animate": save_wan_animate}
"""Engine -> what saves one tiny model for it."""

"""Reads a prompt for the Wan models.

Their pipelines mend a prompt's letters with a library first that is not installed here, and that a prompt written here has
no need of; so they are given what the text encoder makes of it instead.
"""

from typing import Any

TOKENS = 512
"""So much of a prompt is read; what is shorter is filled up."""


def read_prompt(pipeline: Any, prompt: str, device: str) -> Any:
    """What the model is told: (1, 512, width), zero after the prompt's end.

    Args:
        pipeline: has the text encoder.
        prompt: the words.
        device: where the pipeline runs, as torch calls it.
    """
    import torch

    words = pipeline.tokenizer(prompt, padding="max_length", max_length=TOKENS, truncation=True, return_tensors="pt")
    letters, mask = words.input_ids.to(device), words.attention_mask.to(device)
    with torch.no_grad():
        read = pipeline.text_encoder(letters, mask).last_hidden_state
    return read * mask[..., None].to(read)

"""A Whisper with random weights that is built, read and run in a moment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from speech.vocabulary import Vocabulary
from speech.weights import Checkpoint, ModelSettings


def tiny_checkpoint(
    seed: int = 0, *, vocabulary: int = 400, heads: int = 1, tokenizer: str | None = None
) -> Checkpoint:
    """A Whisper with random weights: 64 wide, two layers, some two megabytes; all parts of a real one.

    A `tokenizer` of the caller's own (the text of tokenizer.json) goes with a vocabulary that it fits.
    """
    random = np.random.default_rng(seed)
    width, mels, source, target = 64, 80, 1500, 448
    tensors = {
        "model.encoder.conv1.weight": (width, mels, 3),
        "model.encoder.conv1.bias": (width,),
        "model.encoder.conv2.weight": (width, width, 3),
        "model.encoder.conv2.bias": (width,),
        "model.encoder.embed_positions.weight": (source, width),
        "model.decoder.embed_positions.weight": (target, width),
        "model.decoder.embed_tokens.weight": (vocabulary, width),
    }
    for side, attentions in (("encoder", ("self_attn",)), ("decoder", ("self_attn", "encoder_attn"))):
        norms = [f"model.{side}.layer_norm"]
        for layer in (f"model.{side}.layers.{index}" for index in range(2)):
            norms += [f"{layer}.final_layer_norm", *(f"{layer}.{attention}_layer_norm" for attention in attentions)]
            for attention in attentions:
                for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                    tensors[f"{layer}.{attention}.{part}.weight"] = (width, width)
                    if part != "k_proj":
                        tensors[f"{layer}.{attention}.{part}.bias"] = (width,)
            tensors |= {f"{layer}.fc1.weight": (256, width), f"{layer}.fc1.bias": (256,)}
            tensors |= {f"{layer}.fc2.weight": (width, 256), f"{layer}.fc2.bias": (width,)}
        for norm in norms:
            tensors |= {f"{norm}.weight": (width,), f"{norm}.bias": (width,)}
    config = {
        "model_type": "whisper",
        "d_model": width,
        "encoder_layers": 2,
        "decoder_layers": 2,
        "encoder_attention_heads": heads,
        "decoder_attention_heads": heads,
        "encoder_ffn_dim": 256,
        "decoder_ffn_dim": 256,
        "num_mel_bins": mels,
        "vocab_size": vocabulary,
        "max_source_positions": source,
        "max_target_positions": target,
    }
    values = {name: random.normal(0, 0.1, shape).astype(np.float32) for name, shape in tensors.items()}
    return Checkpoint(config, {"alignment_heads": [[1, 0]]}, values, tokenizer or tiny_tokenizer())


def tiny_tokenizer() -> str:
    """A byte-level BPE tokenizer learnt from a few words, with some of Whisper's own tokens."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(["the patient was given amoxicillin three times a day"] * 5, trainer)
    special = ("<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|notimestamps|>")
    tokenizer.add_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    return tokenizer.to_str()


def silent_checkpoint(tokenizer: str, sureness: float = 10.0) -> Checkpoint:
    """A tiny Whisper with the real tokenizer that writes nothing, whatever it hears: one with random weights would
    never come to an end. With a sureness of 3.3 it holds the end about as likely as all else together."""
    checkpoint = tiny_checkpoint(8, vocabulary=51865, heads=2, tokenizer=tokenizer)
    vocabulary = Vocabulary.of(ModelSettings(checkpoint.config, checkpoint.generation, checkpoint.tokenizer))
    tokens = checkpoint.tensor("model.decoder.embed_tokens.weight").copy()
    bias = checkpoint.tensor("model.decoder.layer_norm.bias").copy()
    tokens[vocabulary.end_of_text, 0], bias[0] = sureness, sureness
    changed = {"model.decoder.embed_tokens.weight": tokens, "model.decoder.layer_norm.bias": bias}
    return replace(checkpoint, tensors={**checkpoint.tensors, **changed})

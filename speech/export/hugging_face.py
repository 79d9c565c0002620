"""A folder that transformers reads: the checkpoint with the settings that only its tokenizer states filled in."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from speech.audio import SAMPLE_RATE_HZ
from speech.features import HOP, LONGEST_FRAMES, LONGEST_S, WINDOW
from speech.vocabulary import Vocabulary
from speech.weights import WEIGHTS_FILE, Checkpoint, ModelSettings, write_checkpoint


def write_hugging_face(checkpoint: Checkpoint, folder: Path) -> None:
    """Writes float16 safetensors, settings and tokenizer into `folder`.

    ModelError when the tokenizer is not Whisper's; OSError when the disk refuses.
    """
    complete = dataclasses.replace(checkpoint, generation=generation_settings(checkpoint))
    write_checkpoint(complete, folder)
    for name, value in (
        ("preprocessor_config.json", feature_settings(checkpoint)),
        ("tokenizer_config.json", {"tokenizer_class": "WhisperTokenizer", "model_max_length": 1024}),
    ):
        (folder / name).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    shutil.copymode(folder / "config.json", folder / WEIGHTS_FILE)  # safetensors makes its file private


def feature_settings(checkpoint: Checkpoint) -> dict[str, Any]:
    """preprocessor_config.json, which transformers and faster-whisper take the number of mel bands from."""
    return {
        "feature_extractor_type": "WhisperFeatureExtractor",
        "processor_class": "WhisperProcessor",
        "feature_size": checkpoint.config["num_mel_bins"],
        "sampling_rate": SAMPLE_RATE_HZ,
        "hop_length": HOP,
        "n_fft": WINDOW,
        "chunk_length": round(LONGEST_S),
        "n_samples": LONGEST_FRAMES * HOP,
        "nb_max_frames": LONGEST_FRAMES,
        "padding_side": "right",
        "padding_value": 0.0,
        "return_attention_mask": False,
    }


def generation_settings(checkpoint: Checkpoint) -> dict[str, Any]:
    """generation_config.json; what the checkpoint states itself stays as it is."""
    config = checkpoint.config
    vocabulary = Vocabulary.of(ModelSettings(config, checkpoint.generation, checkpoint.tokenizer))
    settings: dict[str, Any] = {
        "decoder_start_token_id": vocabulary.start_of_transcript,
        "bos_token_id": vocabulary.end_of_text,
        "eos_token_id": vocabulary.end_of_text,
        "pad_token_id": vocabulary.end_of_text,
        "no_timestamps_token_id": vocabulary.no_timestamps,
        "is_multilingual": vocabulary.multilingual,
        "max_length": config["max_target_positions"],
        "return_timestamps": False,
    }
    if vocabulary.multilingual:
        settings["lang_to_id"] = {f"<|{code}|>": token for code, token in vocabulary.languages.items()}
        tokenizer = Tokenizer.from_str(checkpoint.tokenizer)
        settings["task_to_id"] = {task: tokenizer.token_to_id(f"<|{task}|>") for task in ("transcribe", "translate")}
    return settings | dict(checkpoint.generation)

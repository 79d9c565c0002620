"""Synthetic dictation: an author's texts or a lexicon, spoken by a voice on this machine, as clips to learn from.

source = read_source(path)
scripts, left_out = write_scripts(source, count=None, seed=0)
dictation = speak(scripts, [open_voice(DEFAULT_VOICE)], folder, seed=0)
"""

from adaptation.synthesis.scripts import Script, Sentence, read_source, write_scripts
from adaptation.synthesis.speaking import Dictation, speak
from adaptation.synthesis.spoken_text import say
from adaptation.synthesis.voices import DEFAULT_VOICE, Manner, Voice, VoiceError, open_voice

__all__ = [
    "DEFAULT_VOICE",
    "Dictation",
    "Manner",
    "Script",
    "Sentence",
    "Voice",
    "VoiceError",
    "open_voice",
    "read_source",
    "say",
    "speak",
    "write_scripts",
]

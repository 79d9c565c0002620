"""What the window can do beside writing notes: each with its actions, and most with a page in place of the note."""

from app.ui.features.batch import BatchFeature
from app.ui.features.controls import ControlsFeature
from app.ui.features.correcting import CorrectingFeature
from app.ui.features.dictation_box import DictationBoxFeature
from app.ui.features.feature import Feature, PageFeature, Situation
from app.ui.features.hearing import HearingFeature
from app.ui.features.language import LanguageFeature
from app.ui.features.learning import LearningFeature
from app.ui.features.lexicons import LexiconsFeature
from app.ui.features.looks import LooksFeature
from app.ui.features.templates import TemplatesFeature
from app.ui.features.tour import TourFeature
from app.ui.features.transfer import TransferFeature
from app.ui.features.voice_commands import VoiceCommandsFeature
from app.ui.features.waveform import WaveformFeature

FEATURES: tuple[type[Feature], ...] = (
    CorrectingFeature,
    HearingFeature,
    BatchFeature,
    LooksFeature,
    TemplatesFeature,
    LexiconsFeature,
    LearningFeature,
    LanguageFeature,
    TourFeature,
    TransferFeature,
    VoiceCommandsFeature,
    ControlsFeature,
    WaveformFeature,
    DictationBoxFeature,
)

__all__ = [
    "FEATURES",
    "BatchFeature",
    "ControlsFeature",
    "CorrectingFeature",
    "DictationBoxFeature",
    "Feature",
    "HearingFeature",
    "LanguageFeature",
    "LearningFeature",
    "LexiconsFeature",
    "LooksFeature",
    "PageFeature",
    "Situation",
    "TemplatesFeature",
    "TourFeature",
    "TransferFeature",
    "VoiceCommandsFeature",
    "WaveformFeature",
]

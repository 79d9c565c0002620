"""Problems with microphones, loudspeakers and the disk that a recording is written to."""

from speech.errors import OtoscribeError


class CaptureError(OtoscribeError):
    """Sound that cannot be recorded, kept or played: no device, device lost, disk full, no sound library."""

"""The 44 bytes before the samples of a mono PCM16 WAV file."""

import struct

HEADER_BYTES = 44
BYTES_PER_SAMPLE = 2
# The sizes in a RIFF header are unsigned 32-bit; the first of them counts 36 bytes of header too.
MAXIMUM_DATA_BYTES = 2**32 - 1 - 36 - 1


def wave_header(sample_rate_hz: int, data_bytes: int) -> bytes:
    """The header of a file with `data_bytes` of int16 mono samples (RIFF, `fmt ` of 16 bytes, `data`)."""
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + data_bytes, b"WAVE"),
        *(b"fmt ", 16, 1, 1, sample_rate_hz, sample_rate_hz * BYTES_PER_SAMPLE, BYTES_PER_SAMPLE, 16),
        *(b"data", data_bytes),
    )

"""Problems of the surroundings, told to the user in one line with what to do next; anything else is a bug."""


class OtoscribeError(Exception):
    """Something outside the program stands in the way: a file, a device, a disk, a network.

    `what` says what happened, `next_step` what the user can do about it. Neither may contain transcript text or
    patient data, because both are shown and logged.
    """

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(what, next_step)
        self.what = what
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.what.rstrip('.')}. {self.next_step}"


class AudioError(OtoscribeError):
    """Audio that cannot be read: not there, empty, not audio, cut off before the first sample."""


class ModelError(OtoscribeError):
    """A model that is missing, damaged, of an unknown kind or not to be fetched."""

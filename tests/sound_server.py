"""A virtual microphone: a real PulseAudio server of the tests' own, heard through ALSA's default device.

What is played into its loudspeaker (`SoundServer.play`) is what the default microphone hears. The `sound_server`
fixture points this process's sound libraries, and those of every child, at that server until the session ends.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_NEEDED = ("pulseaudio", "pactl", "paplay")
_INSTALL = "sudo apt-get install --yes pulseaudio pulseaudio-utils libportaudio2 libasound2-plugins"
# With rewinds, a sink lets a new listener wait for up to two seconds.
_SINK_SETTINGS = ("channels=2", "norewinds=1")
_ALSA_CONFIGURATION = """
pcm.default { type pulse }
ctl.default { type pulse }
pcm.handheld { type pulse device "handheld.monitor" }
"""


class SoundServer:
    """A running PulseAudio with one microphone, `desk`; `plug_in("handheld")` adds another.

    PortAudio shows them as the ALSA devices `default` (whatever the server's default is) and, while it is plugged in,
    `handheld`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "native"
        self._alsa_configuration = folder / "asound.conf"
        self._alsa_configuration.write_text(_ALSA_CONFIGURATION)
        self._server: subprocess.Popen[bytes] | None = None
        self._modules: dict[str, str] = {}

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead a program's sound to this server."""
        return {"PULSE_SERVER": f"unix:{self._socket}", "ALSA_CONFIG_PATH": str(self._alsa_configuration)}

    def start(self) -> None:
        """Start the server and wait until it answers."""
        private = {"HOME": str(self._folder), "XDG_RUNTIME_DIR": str(self._folder), "PULSE_STATE_PATH": "state"}
        self._socket.unlink(missing_ok=True)
        with (self._folder / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-time"),
                    *("-L", f"module-native-protocol-unix socket={self._socket} auth-anonymous=1"),
                ],
                env={key: value for key, value in os.environ.items() if not key.startswith("PULSE_")} | private,
                stdout=log,
                stderr=log,
            )
        self._wait_until_it_answers(self._server)
        self.plug_in("desk")

    def stop(self) -> None:
        """Kill the server, as when the machine's sound system fails."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None
        self._modules.clear()

    def freeze(self) -> None:
        """Let the server hang: it is there but answers nobody."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        self._signal(signal.SIGCONT)

    def restore(self) -> None:
        """Bring back the state after `start`: the server running, the desk's microphone the only and default one."""
        if self._server is None:
            self.start()
        self.thaw()
        if list(self._modules) != ["desk"]:
            for name in list(self._modules):
                self.unplug(name)
            self.plug_in("desk")

    def plug_in(self, name: str = "desk", rate_hz: int = 48_000) -> None:
        """Add a microphone; it becomes the default one."""
        settings = (f"rate={rate_hz}", *_SINK_SETTINGS)
        self._modules[name] = self._ask("load-module", "module-null-sink", f"sink_name={name}", *settings).strip()
        self._ask("set-default-sink", name)
        self._ask("set-default-source", f"{name}.monitor")

    def unplug(self, name: str = "desk") -> None:
        """Take a microphone away, as when its plug is pulled."""
        self._ask("unload-module", self._modules.pop(name))

    def hand_over(self, name: str) -> None:
        """Whoever listens goes on listening to another microphone, as when a headset changes its profile."""
        for line in self._ask("list", "short", "source-outputs").splitlines():
            self._ask("move-source-output", line.split()[0], f"{name}.monitor")

    def play(self, audio: Path, into: str = "desk") -> None:
        """Play a WAV file into a microphone and return when its last sample was heard."""
        subprocess.run(self._play_command(audio, into), check=True, timeout=600)

    @contextlib.contextmanager
    def playing(self, audio: Path, into: str = "desk") -> Iterator[None]:
        """Play a WAV file into a microphone for as long as the block runs (or the file lasts)."""
        player = subprocess.Popen(self._play_command(audio, into))
        try:
            yield
        finally:
            player.terminate()
            player.wait()

    def _signal(self, number: int) -> None:
        if self._server is not None:
            self._server.send_signal(number)

    def _play_command(self, audio: Path, into: str) -> list[str]:
        return ["paplay", f"--server=unix:{self._socket}", f"--device={into}", str(audio)]

    def _ask(self, *words: str) -> str:
        command = ["pactl", f"--server=unix:{self._socket}", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout

    def _wait_until_it_answers(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 30
        command = ["pactl", f"--server=unix:{self._socket}", "info"]
        while subprocess.run(command, check=False, capture_output=True, timeout=30).returncode != 0:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"pulseaudio did not start: {(self._folder / 'server.log').read_text()[-2000:]}")
            time.sleep(0.05)


@contextlib.contextmanager
def virtual_microphone() -> Iterator[SoundServer]:
    """Run a sound server and point this process at it; everything is put back when the block ends."""
    if sys.platform != "linux":
        pytest.skip("the virtual microphone is a PulseAudio server under Linux")
    missing = [program for program in _NEEDED if shutil.which(program) is None]
    if missing:
        pytest.fail(f"The virtual microphone needs {', '.join(missing)}. Install with: {_INSTALL}", pytrace=False)
    # Not pytest's tmp_path: the path of a Unix socket may have no more than 107 characters.
    with tempfile.TemporaryDirectory(prefix="sound-", ignore_cleanup_errors=True) as folder:
        server = SoundServer(Path(folder))
        before = {name: os.environ.get(name) for name in server.environment}
        server.start()
        try:
            os.environ.update(server.environment)
            _reread_devices()
            yield server
        finally:
            server.stop()
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
            _reread_devices()


def _reread_devices() -> None:
    """PortAudio reads the environment once, when it starts: start it anew where it runs already."""
    sounddevice = sys.modules.get("sounddevice")
    if sounddevice is not None:
        sounddevice._terminate()
        sounddevice._initialize()


@pytest.fixture(scope="session")
def running_sound_server() -> Iterator[SoundServer]:
    with virtual_microphone() as server:
        yield server


@pytest.fixture
def sound_server(running_sound_server: SoundServer) -> Iterator[SoundServer]:
    """The virtual microphone; whatever a test unplugged or killed is there again for the next one."""
    yield running_sound_server
    running_sound_server.restore()

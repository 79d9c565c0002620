"""Pedals and dictation microphones with buttons: their layouts are data (data/controls), hidapi reads them."""

from app.capture.controls.devices import ConnectedDevice, DeviceSource, DeviceWatch, HidSource, Press, ReportStream
from app.capture.controls.layouts import DOES, Button, ButtonState, ControlError, Layout, load_layouts, read_layout
from app.capture.controls.learning import learn_button, write_layout

__all__ = [
    "DOES",
    "Button",
    "ButtonState",
    "ConnectedDevice",
    "ControlError",
    "DeviceSource",
    "DeviceWatch",
    "HidSource",
    "Layout",
    "Press",
    "ReportStream",
    "learn_button",
    "load_layouts",
    "read_layout",
    "write_layout",
]

"""Sound in, words out. Nothing here or above tells anybody of it."""

import os

# onnxruntime 1.29 and later send data on use from Linux and macOS to their makers unless this is set before they load
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

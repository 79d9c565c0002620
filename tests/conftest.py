"""What every test may use."""

pytest_plugins = ["sound_server"]

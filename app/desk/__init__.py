"""What stands between the window and the rooms: lanes off the window's thread, and decisions that need no Qt."""

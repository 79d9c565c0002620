"""What the window shows and what it may do: decisions without widgets."""

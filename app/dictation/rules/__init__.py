"""The rules: each looks at a passage from one token on and says what to write there, or nothing."""

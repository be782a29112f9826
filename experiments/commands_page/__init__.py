"""Page of the commands: each is run for real, and what it prints is written down; `make commands`."""

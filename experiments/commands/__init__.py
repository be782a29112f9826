"""The commands of `erosion`, one file each; what is heavy is imported when a command runs."""

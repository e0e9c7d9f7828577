"""What `doorstep-server` can do: beside each command's options, what it does."""

"""One widget a screen. Pages build widgets and bind them to a view-model; no other work."""

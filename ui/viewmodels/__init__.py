"""What each page shows and may do: QtCore objects that call plain functions through ui.jobs."""

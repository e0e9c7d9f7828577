"""`doorstep tour`: the real pages driven through a whole day, offscreen, with pictures."""

from ui.tour.main import main

__all__ = ["main"]

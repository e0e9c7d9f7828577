"""`doorstep tour`: the real pages driven through a whole day, offscreen, with pictures."""

"""Pages of text, set and written as PDF/A: knows no letter and no case."""

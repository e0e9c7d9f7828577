"""A form being filled in: its record, what follows from each answer, what is drawn and said."""

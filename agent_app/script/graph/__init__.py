"""What an expression reads, the order of all computations, and the way from a change to its readers."""

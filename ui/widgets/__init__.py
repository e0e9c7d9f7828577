"""The design system: small widgets that take ready-made words and show one thing each."""

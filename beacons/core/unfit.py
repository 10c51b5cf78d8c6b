"""What does not fit, said to a person. Plain Python."""


class Unfit(ValueError):
    """A cell, row or file does not fit; the message is the reason, as a person reads it after its name."""

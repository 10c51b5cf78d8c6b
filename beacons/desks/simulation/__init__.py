"""A whole year of the scheme, lived through by the same actions people use, with a clock that moves.

It fills the demonstration, gives tests volume, and proves the year: nothing here writes a table by itself, but for
the people, who in life come by way of the admin. Everything invented is plain invention, and each page says so.
"""

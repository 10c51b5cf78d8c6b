"""Files that people bring: what they are by their content, under which names they are shown, and where they lie.

Of these modules `shelf` and `arriving` know Django; the others are plain Python.
"""

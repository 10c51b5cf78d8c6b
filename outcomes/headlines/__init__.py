"""Headline reports: a few figures of one authority, beside those of others, in words that can be read aloud."""

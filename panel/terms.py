"""How far back the panel's clock looks."""

from datetime import timedelta

# Nobody is told of what closed or was announced longer ago than this, nor is anything drafted for it: a clock that stood still
# for a year must not wake with a flood.
RECENT = timedelta(days=60)

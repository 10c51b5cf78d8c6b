"""Plans of who reads what for large panels."""

from datetime import datetime

from panel.actions import sharing_out


def work_out(at: datetime) -> int:
    """One at a time: whoever asked first. A plan that was cut off is taken up again when its lease has ended."""
    claimed = sharing_out.claim(at)
    if claimed is None:
        return 0
    sharing_out.work_out(claimed, at=at)
    return 1

"""Names that files came with: shown safely, and never used as a path."""

import pytest

from beacons.core.files import names


@pytest.mark.parametrize(
    ("came_with", "shown"),
    [
        ("Plan 2027.pdf", "Plan 2027.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
        ("/etc/shadow", "shadow"),
        ("a\x00b.pdf", "ab.pdf"),
        ("plan\r\nSet-Cookie: a=b.pdf", "plan Set-Cookie: a=b.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("\u200bpl\u200dan\ufeff.pdf", "plan.pdf"),
        ("plan \u00a0 two.pdf", "plan two.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("план – 计划.docx", "план – 计划.docx"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ("", "file"),
        ("...", "file"),
        (" . ", "file"),
        ("\u200b\u2060", "file"),
        ("..", "file"),
        ("a" * 300 + ".pdf", "a" * 115 + "….pdf"),
        ("a." + "b" * 300, "a." + "b" * 117 + "…"),
    ],
)
def test_a_name_is_shown_in_one_line_without_folders_and_unseen_marks(came_with, shown):
    assert names.shown(came_with) == shown
    assert len(names.shown(came_with)) <= names.LONGEST


@pytest.mark.parametrize(
    ("name", "kind", "saved"),
    [
        ("Plan 2027.pdf", "pdf", "Plan 2027.pdf"),
        ("PHOTO.JPEG", "jpeg", "PHOTO.JPEG"),
        ("photo", "jpeg", "photo.jpg"),
        ("plan.exe", "pdf", "plan.exe.pdf"),
        ("plan.docm", "docx", "plan.docm.docx"),
        (".htaccess", "png", "htaccess.png"),
        ("con", "pdf", "_con.pdf"),
        ("LPT1.pdf", "pdf", "_LPT1.pdf"),
        ("constable.pdf", "pdf", "constable.pdf"),
        ('a"b:c|d?.pdf', "pdf", "a_b_c_d_.pdf"),
        ("plan. . .", "xlsx", "plan.xlsx"),
        ("../..", "xlsx", "file.xlsx"),
        ("pdf", "pdf", "pdf.pdf"),
        ("план.docx", "docx", "план.docx"),
    ],
)
def test_a_name_to_save_under_means_nothing_to_any_system_and_ends_in_what_it_is(name, kind, saved):
    assert names.to_save(name, kind) == saved

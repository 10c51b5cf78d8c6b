"""Which mail domains can be a council's own."""

import re
from collections.abc import Sequence

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# Whoever lets these in lets everybody in.
EVERYBODYS = frozenset(
    "gov.uk org.uk co.uk ac.uk nhs.uk police.uk gov.wales com org net uk wales"
    " gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk live.com live.co.uk msn.com"
    " yahoo.com yahoo.co.uk ymail.com icloud.com me.com mac.com aol.com aol.co.uk proton.me protonmail.com"
    " btinternet.com sky.com talktalk.net virginmedia.com ntlworld.com gmx.com gmx.co.uk mail.com zoho.com".split()
)
MOST_LETTERS = 200


def reasons_against_domains(domains: Sequence[str]) -> list[str]:
    reasons = []
    for domain in domains:
        if not DOMAIN.fullmatch(domain):
            reasons.append(
                f"“{domain}” is no mail domain. Write what stands after the @, like barnsley.gov.uk."
            )
        elif domain in EVERYBODYS:
            reasons.append(f"Anybody can have an address at {domain}, so it cannot be a council’s own.")
    if len(" ".join(domains)) > MOST_LETTERS:
        reasons.append(f"The domains together may have {MOST_LETTERS} letters at most.")
    return reasons

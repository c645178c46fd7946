"""Pages as text for tests that look at their markup."""

import re


def squeeze(markup: str) -> str:
    """The markup with white space as far as a browser could show it: runs are one space, beside a tag there is none.

    Where a template breaks its lines is nobody's business; squeeze both sides of a comparison.
    """
    one_space = re.sub(r"\s+", " ", markup)
    return re.sub(r" (?=<)|(?<=>) ", "", one_space)

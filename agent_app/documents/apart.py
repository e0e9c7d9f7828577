"""Many letters, a file each, by as many processes as there are processors.

The fonts and the template are read once and shared: children are forked after that, so it pays
from some dozens of letters on. Systems without fork set them one after the other.
"""

import gc
import os
from collections.abc import Callable, Sequence

from agent_app.documents.composer import Paper
from agent_app.documents.letter import Template, render_paper

WORTH = 24
"""Letters a process must have for the fork to pay."""
Keep = Callable[[str, bytes], object]
"""Takes a letter's number and its bytes; runs in the process that set it."""


def render_apart(
    template: Template, papers: Sequence[Paper], keep: Keep, *, processes: int = 1
) -> None:
    """Set every letter into a file of its own. Raises BadInput as `render_paper` does."""
    count = min(processes, len(papers) // WORTH) if hasattr(os, "fork") else 1
    if count > 1:  # what is read once is shared by all
        template.office(papers[0].language, papers[0].case["agency"])
        gc.freeze()
    parts = [papers[first :: max(count, 1)] for first in range(max(count, 1))]
    children = [(_start(template, part, keep), part) for part in parts[1:]]
    _render(template, parts[0], keep)
    for child, part in children:
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            _render(template, part, keep)  # says what was wrong with it


def _start(template: Template, papers: Sequence[Paper], keep: Keep) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        _render(template, papers, keep)
        code = 0
    finally:
        os._exit(code)


def _render(template: Template, papers: Sequence[Paper], keep: Keep) -> None:
    for paper in papers:
        keep(paper.serial, render_paper(template, paper).pdf)

"""Many letters, a file each, by as many processes as there are processors.

The fonts and the template are read once and shared: children are forked after that, so it pays
from some dozens of letters on. Systems without fork set them one after the other.
"""

import gc
import os
from collections.abc import Callable, Sequence

from agent_app.documents.composer import Paper
from agent_app.documents.letter import Template, of_case, render_paper
from agent_app.domain.errors import BadInput, Fault

WORTH = 24
"""Letters a process must have for the fork to pay."""
Keep = Callable[[str, bytes], object]
"""Takes a letter's number and its bytes; runs in the process that set it."""


def render_apart(
    template: Template, papers: Sequence[Paper], keep: Keep, *, processes: int = 1
) -> None:
    """Set every letter into a file of its own.

    Raises BadInput once all others are kept, naming by its case each that cannot be set.
    """
    count = min(processes, len(papers) // WORTH) if hasattr(os, "fork") else 1
    if count > 1:  # what is read once is shared by all
        template.office(papers[0].language, papers[0].case["agency"])
        gc.freeze()
    parts = [papers[first :: max(count, 1)] for first in range(max(count, 1))]
    children = [(_start(template, part, keep), part) for part in parts[1:]]
    faults = _render(template, parts[0], keep)
    for child, part in children:
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            faults += _render(template, part, keep)  # says what was wrong with it
    if faults:
        raise BadInput(faults)


def _start(template: Template, papers: Sequence[Paper], keep: Keep) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        code = 1 if _render(template, papers, keep) else 0
    finally:
        os._exit(code)


def _render(template: Template, papers: Sequence[Paper], keep: Keep) -> list[Fault]:
    """What is wrong with those that cannot be set; the others are kept."""
    faults: list[Fault] = []
    for paper in papers:
        try:
            keep(paper.serial, render_paper(template, paper).pdf)
        except BadInput as fault:
            faults += of_case(paper, fault)
    return faults

"""The ranks of a job, whatever processes its launcher puts between: Open MPI's starts them itself, MPICH's through a
proxy on each node."""

import os


def _children_of(process):
    try:
        with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as children:
            return [int(child) for child in children.read().split()]
    except (FileNotFoundError, ProcessLookupError):  # the latter where it ends between opening and reading
        return []


def processes_under(process):
    """All that descend from it."""
    children = _children_of(process)
    return children + [below for child in children for below in processes_under(child)]


def ranks_under(process, program):
    """Process numbers of those below it that run the program, ascending."""
    ranks = []
    for below in processes_under(process):
        try:
            if os.path.samefile(f"/proc/{below}/exe", program):
                ranks.append(below)
        except OSError:  # it has ended
            pass
    return sorted(ranks)

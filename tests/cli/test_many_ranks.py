"""What grows with the number of ranks, and with that of realizations: messages, the root's memory."""

import json
import os
import unittest

import numpy as np

from program import ProgramTest, small_with
from results import observables

MESSAGE_COUNT = os.environ["RMTHEAT_MESSAGE_COUNT"]
REALIZATIONS = 32
JOB = ["--system1.size=6", "--system2.size=6", f"--ensemble.realizations={REALIZATIONS}",
       "--solver.method=diagonalization"]


class ManyRanks(ProgramTest):
    def counts(self, ranks, *arguments):
        """What each rank counted in a job."""
        outcome = self.start("run", *small_with(*arguments), ranks=ranks,
                             environment={"LD_PRELOAD": MESSAGE_COUNT})
        self.assertEqual(outcome.status, 0, outcome.messages)
        found = []
        for rank in range(ranks):
            with open(self.path(f"messages.{rank}.json"), encoding="ascii") as file:
                found.append(json.load(file))
        return found

    # A report of each realization and a farewell of each group go to the root: realizations + groups
    # of them. All else that all ranks take part in are as many calls on any number of ranks, none of
    # which has every rank send to every other.
    def test_messages_do_not_grow_as_the_square_of_the_ranks(self):
        self.run_small(*JOB, "--output.file=alone.h5")
        expected = observables(self.path("alone.h5"), "samples")
        calls = set()
        for ranks, per_group in ((4, 1), (16, 1), (16, 2)):
            with self.subTest(ranks=ranks, per_group=per_group):
                name = f"{ranks}-{per_group}.h5"
                found = self.counts(ranks, *JOB, f"--solver.ranks_per_group={per_group}",
                                    f"--output.file={name}")
                share = REALIZATIONS * per_group // ranks
                for rank, counted in enumerate(found):
                    others = {int(to): number for to, number in counted["sent"].items()
                              if int(to) // per_group != rank // per_group}
                    reports = rank >= per_group and rank % per_group == 0
                    self.assertEqual(others, {0: share + 1} if reports else {})
                    self.assertNotIn(str(ranks), counted["all_to_all"])
                    calls.add(counted["collective"][str(ranks)])
                for observable, values in observables(self.path(name), "samples").items():
                    np.testing.assert_allclose(values, expected[observable], rtol=0.0, atol=1e-10)
        self.assertEqual(len(calls), 1, calls)

    # The root keeps the realizations' curves, which are in the file in the end; that is made in
    # memory, from a copy. Other ranks keep nothing.
    def test_memory_grows_with_what_a_realization_leaves_alone(self):
        few, many = 200, 800
        for samples, most in (("true", 4.5), ("false", 2.5)):
            with self.subTest(samples=samples):
                memory, sizes = [], []
                for number in (few, many):
                    found = self.counts(2, f"--ensemble.realizations={number}", "--time.steps=100",
                                        f"--output.samples={samples}", f"--output.file={number}.h5")
                    memory.append([1024 * counted["memory"] for counted in found])
                    sizes.append(os.path.getsize(self.path(f"{number}.h5")))
                    os.remove(self.path(f"{number}.h5"))
                if samples == "true":
                    curves = (sizes[1] - sizes[0]) / (many - few)
                root, other = (after - before for before, after in zip(*memory))
                self.assertLess(root / (many - few), most * curves)
                self.assertLess(other / (many - few), 0.7 * curves)


if __name__ == "__main__":
    unittest.main()

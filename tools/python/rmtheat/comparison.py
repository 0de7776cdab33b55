"""What `rmtheat compare --json` finds: every prediction against the simulation."""

import json
import os
import pathlib
import shutil
import subprocess

# What people call the orders -> what files call them.
ALIASES = {"all-orders": "resummed", "all_orders": "resummed", "all orders": "resummed"}


def order_named(name):
    """A prediction's name as files have it, for one as people type it: "NLO" is "nlo"."""
    family, _, order = name.lower().rpartition("/")
    order = ALIASES.get(order, order)
    return f"{family}/{order}" if family else order


def compare(path, significance=0.01, program=None):
    """Has `rmtheat compare` hold a results file against its predictions, as a Comparison. The program is
    the one given, that of the environment's RMTHEAT_PROGRAM, or the one on the path. Raises OSError
    where there is none and ValueError with the program's sentence where it refuses."""
    program = program or os.environ.get("RMTHEAT_PROGRAM") or shutil.which("rmtheat")
    if program is None:
        raise FileNotFoundError("rmtheat is not on the path; RMTHEAT_PROGRAM names it elsewhere.")
    done = subprocess.run([str(program), "compare", str(path), "--json", f"--significance={significance}"],
                          check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise ValueError(done.stderr.strip().removeprefix("rmtheat: "))
    return Comparison(done.stdout)


class Comparison:
    """The tests of one results file.

    predictions   "finite_n/lo", ... -> rows, one per observable and temperature pair: the dictionaries
                  of the JSON, with "observable", "beta1", "beta2", "largest_deviation" (standard
                  errors, none of them below rounding), "holds", "verdict" ("holds", "rejected" or
                  "unresolved", this with a "reason", "1/D" or "N"), "pair", its index, and, where there
                  were realizations enough for a test, "chi2_per_dof" and "p_value"
    realizations  their number
    """

    def __init__(self, text):
        content = json.loads(text)
        self.realizations = content["realizations"]
        self.predictions = {name: prediction["observables"]
                            for name, prediction in content["predictions"].items()}
        self._holds = {name: prediction["holds"]
                       for name, prediction in content["predictions"].items()}
        self._verdicts = {name: [(each["verdict"], each.get("reason")) for each in (prediction, *prediction.get("pairs", []))]
                          for name, prediction in content["predictions"].items()}

    @classmethod
    def load(cls, path):
        return cls(pathlib.Path(path).read_text(encoding="utf-8"))

    def __repr__(self):
        return "\n".join([f"{self.realizations} realizations",
                          *(f"{name:<20} {self.verdict(name)}" for name in self.predictions)])

    def holds(self, prediction):
        """Whether all of the prediction's observables hold."""
        return self._holds[prediction]

    def rejected(self, prediction, observable=None):
        """Whether the prediction is rejected, by this observable where one is given: by more than 1/D or
        N explains, which `holds` alone does not say."""
        if observable is None:
            return self._verdicts[prediction][0][0] == "rejected"
        return any(row["verdict"] == "rejected" for row in self.rows(prediction, observable))

    def verdict(self, prediction, pair=None):
        """In the words of `rmtheat compare`: "holds", "REJECTED" or "not resolved: 1/D"; of one pair of
        temperatures where its index is given."""
        verdict, reason = self._verdicts[prediction][0 if pair is None else pair + 1]
        return {"holds": "holds", "rejected": "REJECTED"}.get(verdict, f"not resolved: {reason}")

    def rows(self, prediction, observable):
        """The rows of this observable, one for each temperature pair."""
        return [row for row in self.predictions[prediction] if row["observable"] == observable]

    def chi2(self, prediction, observable):
        """chi^2 per degree of freedom, the largest over the temperature pairs; NaN without a test."""
        return max((row["chi2_per_dof"] for row in self.rows(prediction, observable)
                    if "chi2_per_dof" in row), default=float("nan"))

    def largest_deviation(self, prediction, observable):
        """In standard errors, over times and temperature pairs."""
        return max((row["largest_deviation"] for row in self.rows(prediction, observable)),
                   default=float("nan"))

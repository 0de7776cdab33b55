"""What `rmtheat compare --json` finds: every prediction against the simulation."""

import json
import pathlib


class Comparison:
    """The tests of one results file.

    predictions   "finite_n/lo", ... -> rows, one per observable and temperature pair: the dictionaries
                  of the JSON, with "observable", "beta1", "beta2", "largest_deviation" (standard
                  errors; infinite where the ensemble does not fluctuate), "holds", and, where there
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
        for rows in self.predictions.values():
            for row in rows:
                if row["largest_deviation"] is None:
                    row["largest_deviation"] = float("inf")

    @classmethod
    def load(cls, path):
        return cls(pathlib.Path(path).read_text(encoding="utf-8"))

    def holds(self, prediction):
        """Whether none of the prediction's observables is rejected."""
        return self._holds[prediction]

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

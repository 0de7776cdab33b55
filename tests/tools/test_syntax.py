"""The tools and tests in Python are in the language of Python 3.9, the oldest that clusters have."""

import ast
import os
import pathlib
import unittest

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])
# Of the library, what later versions brought and what is likely to be used here.
NEWER = {"tomllib", "contextlib.chdir", "contextlib.aclosing", "datetime.UTC", "enum.StrEnum", "hashlib.file_digest",
         "itertools.batched", "itertools.pairwise", "math.cbrt", "math.exp2", "math.sumprod", "operator.call",
         "os.process_cpu_count", "statistics.correlation", "statistics.covariance", "statistics.linear_regression",
         "sys.orig_argv", "sys.stdlib_module_names", "types.NoneType", "types.UnionType", "typing.Self",
         "typing.TypeAlias", "typing.assert_never", "typing.override"}
NEWER_CALLS = {("zip", "strict"), ("dataclass", "slots"), ("dataclass", "kw_only"),
               ("TemporaryDirectory", "ignore_cleanup_errors"), ("TemporaryDirectory", "delete"),
               ("subplots", "height_ratios"), ("subplots", "width_ratios")}  # the last two of Matplotlib before 3.6
NEWER_METHODS = {"enterContext", "enterClassContext", "enterModuleContext", "assertNoLogs", "bit_count"}


def python_files():
    """Those named so, and scripts whose first line says so."""
    for folder in ("tools", "tests", "packaging", "docs"):
        for file in sorted((SOURCE / folder).rglob("*")):
            if not file.is_file() or file.suffix not in (".py", ""):
                continue
            text = file.read_bytes()
            if file.suffix == ".py" or (text.startswith(b"#!") and b"python" in text.split(b"\n", 1)[0]):
                yield file, text.decode("utf-8")


def newer(text):
    """What Python 3.9 would refuse of a source, names of its library outside of a `try`."""
    tree = ast.parse(text, feature_version=(3, 9))
    tried = {id(node) for block in ast.walk(tree) if isinstance(block, ast.Try) for node in ast.walk(block)}
    names = set()
    for node in ast.walk(tree):
        if id(node) in tried:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute):
            names.add(node.attr if node.attr in NEWER_METHODS else ast.unparse(node))
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            for word in node.keywords:
                if (called, word.arg) in NEWER_CALLS:
                    yield f"{called}({word.arg})"
    yield from sorted(names & (NEWER | NEWER_METHODS))


class Syntax(unittest.TestCase):
    def test_of_every_file(self):
        files = list(python_files())
        self.assertGreater(len(files), 70)
        for file, text in files:
            with self.subTest(file=file):
                self.assertEqual(list(newer(text)), [])

    def test_sees_what_is_too_new(self):
        for text in ("match x:\n  case 1: pass\n", "try: pass\nexcept* OSError: pass\n"):
            with self.assertRaises(SyntaxError):
                list(newer(text))
        for text, found in (("import tomllib", ["tomllib"]), ("with contextlib.chdir(a): pass", ["contextlib.chdir"]),
                            ("from statistics import linear_regression", ["statistics.linear_regression"]),
                            ("zip(a, b, strict=True)", ["zip(strict)"]), ("self.enterContext(a)", ["enterContext"]),
                            ("try:\n  import tomllib\nexcept ImportError:\n  import tomli", [])):
            self.assertEqual(list(newer(text)), found)


if __name__ == "__main__":
    unittest.main()

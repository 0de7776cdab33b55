"""The tools in Python are in the language of Python 3.9, the oldest that clusters have."""

import ast
import os
import pathlib
import unittest

SOURCE = pathlib.Path(os.environ["RMTHEAT_SOURCE"])


def imports_without_a_fallback(tree):
    """Modules imported outside a `try`."""
    tried = {id(node) for block in ast.walk(tree) if isinstance(block, ast.Try) for node in ast.walk(block)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and id(node) not in tried:
            yield from (alias.name for alias in node.names)


class Syntax(unittest.TestCase):
    def test_of_every_tool(self):
        files = sorted((SOURCE / "tools").rglob("*.py"))
        self.assertGreater(len(files), 20)
        for file in files:
            with self.subTest(file=file):
                tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))
                self.assertNotIn("tomllib", list(imports_without_a_fallback(tree)))

    def test_sees_what_is_too_new(self):
        with self.assertRaises(SyntaxError):
            ast.parse("match x:\n  case 1: pass\n", feature_version=(3, 9))
        self.assertEqual(list(imports_without_a_fallback(ast.parse("import tomllib"))), ["tomllib"])


if __name__ == "__main__":
    unittest.main()

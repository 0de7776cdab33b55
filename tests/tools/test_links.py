"""Every relative link of the documentation leads to a file or folder of this tree."""

import re
import sys
from pathlib import Path

root = Path(sys.argv[1])
pages = [page for folder in ("docs", "jobs", "packaging", "tests", "tools")
         for page in (root / folder).rglob("*.md")] + [root / "README.md"]
broken = [f"{page.relative_to(root)}: {link}" for page in pages
          for link in re.findall(r"\]\(([^)\s#:]+)(?:#[^)\s]*)?\)", page.read_text(encoding="utf-8"))
          if not (page.parent / link).exists()]
if broken:
    sys.exit("links to nothing:\n" + "\n".join(broken))

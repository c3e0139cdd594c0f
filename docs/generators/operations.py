"""The table of operations, of the committed OpenAPI document."""

import json

from docs.generators import ROOT

METHODS = ("get", "post", "put", "patch", "delete")


def generate() -> str:
    """A row for each operation, grouped by tag in the order of the document."""
    document = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    lines = ["", "| operation | path | who | what it does |", "|---|---|---|---|"]
    lines += [
        f"| `{operation['operationId']}` | `{method.upper()} {path}` | {operation['x-policy']} "
        f"| {operation['summary']} |"
        for path, item in document["paths"].items()
        for method in METHODS
        if (operation := item.get(method))
    ]
    return "\n".join(lines)

#!/usr/bin/env python3
"""Compares the tables of targets in docs/architecture.md with Package.swift.

Every target but the tests stands once, under the heading of its folder, with exactly the targets of ours that it
uses. `--uses NAME` prints a row's last cell, for whoever writes one.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs/architecture.md"


def package():
    """name -> (part of the house, names of the targets used)"""
    said = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, check=True, capture_output=True, text=True)
    targets = [t for t in json.loads(said.stdout)["targets"] if t["type"] != "test"]
    ours = {t["name"] for t in targets}
    house = {}
    for target in targets:
        path = target.get("path") or f"Sources/{target['name']}"
        if not path.startswith("Sources/"):
            continue
        used = {name for dependency in target["dependencies"] for name in named(dependency) if name in ours}
        house[target["name"]] = (path.split("/")[1], used)
    return house


def named(dependency):
    for kind in ("byName", "target"):
        if kind in dependency:
            yield dependency[kind][0]


def documented():
    """name -> (heading, names in the last cell), and what is wrong with the tables themselves"""
    rows, wrong, heading = {}, [], None
    for line in DOCUMENT.read_text().splitlines():
        if line.startswith("#"):
            heading = re.match(r"#+ (?:`)?(\w+)", line).group(1)
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names = re.findall(r"`([\w-]+)`", cells[0]) if line.startswith("| `") and len(cells) == 3 else []
        for name in names:
            if name in rows:
                wrong.append(f"{name} stands twice")
            rows[name] = (heading, set(re.findall(r"`([\w-]+)`", cells[2])))
    return rows, wrong


def main():
    house = package()
    if sys.argv[1:2] == ["--uses"]:
        print(" ".join(f"`{name}`" for name in sorted(house[sys.argv[2]][1])))
        return
    rows, wrong = documented()
    wrong += [f"{name} is in Package.swift and not in the document" for name in sorted(house.keys() - rows.keys())]
    wrong += [f"{name} is in the document and not in Package.swift" for name in sorted(rows.keys() - house.keys())]
    for name in sorted(house.keys() & rows.keys()):
        (part, used), (heading, said) = house[name], rows[name]
        if part != heading:
            wrong.append(f"{name} stands under {heading}; its folder is Sources/{part}")
        if used != said:
            wrong.append(f"{name} uses {', '.join(sorted(used)) or 'nothing'}; the document says "
                         f"{', '.join(sorted(said)) or 'nothing'}")
    if wrong:
        sys.exit("docs/architecture.md does not show the targets as they are:\n" + "\n".join(f"  {w}" for w in wrong))
    print(f"architecture: {len(house)} targets as Package.swift has them")


main()

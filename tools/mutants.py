#!/usr/bin/env python3
"""Proves the tests: breaks the product on purpose, one fault at a time, and sees whether a test notices.

The faults stand in Tests/Mutants/*.toml. All of them are put into a copy of the tree at once, each behind its name in
the environment variable CANTEEN_MUTANT, so that the copy is built once. Then each is switched on in turn: first its
own tests run, then simulated lunches, until something fails. The last line is JSON.

A fault in Tests/Mutants/*.toml:

    [[mutant]]
    name = "what_is_wrong"
    file = "Sources/..."
    find = "text that stands there once"
    with = "the same with a fault where MUTANT is true"
    tests = "regular expression of its own tests"
    seed = 7            # optional: the lunch that must show it, with SEEDED_STUDENTS students

Text between three quotes may have several lines; `also = [{file, find, with}]` changes further places.
"""
import argparse
import filecmp
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEEDED_STUDENTS = 80
TEST_PATIENCE = 60
LUNCH_PATIENCE = 120
SWITCH = "ActiveMutant.swift"
# These rooms are one target; the others have a folder for each.
ROOMS_OF_ONE_TARGET = {"Terminal", "Gateway", "GatewayStore", "Sandbox"}
SWITCH_TEXT = '''import Glibc

/// Which fault is switched on in this copy.
enum ActiveMutant {
  private static let name = unsafe getenv("CANTEEN_MUTANT").map { unsafe String(cString: $0) } ?? ""

  static func isOn(_ name: String) -> Bool { name == Self.name }
}
'''


def say(text):
    print(f"canteen: {text}", file=sys.stderr, flush=True)


def mutants():
    found = []
    for path in sorted((ROOT / "Tests/Mutants").glob("*.toml")):
        found += tomllib.loads(path.read_text())["mutant"]
    names = [m["name"] for m in found]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        sys.exit(f"canteen: names given twice: {', '.join(sorted(twice))}")
    return found


def folder_of_target(path):
    parts = pathlib.PurePath(path).parts
    return "/".join(parts[:2 if parts[1] in ROOMS_OF_ONE_TARGET else 3])


def mutated(chosen):
    """path -> text with every fault in it"""
    texts, wrong = {}, []
    for mutant in chosen:
        for place in [mutant, *mutant.get("also", [])]:
            path = place["file"]
            texts.setdefault(path, (ROOT / path).read_text() if (ROOT / path).exists() else "")
            find, text = place["find"].strip("\n"), texts[path]
            if text.count(find) != 1:
                wrong.append(f"{mutant['name']}: its text stands {text.count(find)} times in {path}")
                continue
            switch = f'ActiveMutant.isOn("{mutant["name"]}")'
            texts[path] = text.replace(find, place["with"].strip("\n").replace("MUTANT", switch))
    if wrong:
        sys.exit("canteen: faults that no longer apply:\n  " + "\n  ".join(wrong))
    return texts | {f"{folder_of_target(path)}/{SWITCH}": SWITCH_TEXT for path in texts}


def copy(into, texts):
    """Files that did not change keep their time, so that a second build is short."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
        capture_output=True, text=True)
    wanted = {p for p in listed.stdout.splitlines() if (ROOT / p).is_file()} | set(texts)
    for path in sorted(wanted):
        source, target = ROOT / path, into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in texts:
            if not target.exists() or target.read_text() != texts[path]:
                target.write_text(texts[path])
        elif not target.exists() or not filecmp.cmp(source, target, shallow=False):
            shutil.copy2(source, target)
    for part in ["Sources", "Tests"]:
        for target in (into / part).rglob("*.*"):
            if target.is_file() and str(target.relative_to(into)) not in wanted:
                target.unlink()
    if (ROOT / "Package.resolved").exists():
        shutil.copy2(ROOT / "Package.resolved", into / "Package.resolved")


class Copy:
    def __init__(self, folder):
        self.folder = folder
        self.debug = folder / ".build/debug"

    def run(self, command, mutant, patience):
        """Whether it went well; too long counts as a failure."""
        environment = dict(os.environ, CANTEEN_MUTANT=mutant)
        try:
            done = subprocess.run(
                command, cwd=self.folder, env=environment, timeout=patience, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
        except subprocess.TimeoutExpired:
            return False, "took too long"
        return done.returncode == 0, done.stdout

    def tests(self, expression, mutant):
        bundle = next(self.debug.glob("*PackageTests.xctest"))
        return self.run(
            [bundle, "--testing-library", "swift-testing", "--filter", expression], mutant, TEST_PATIENCE)

    def lunch(self, seed, mutant):
        return self.run(
            [self.debug / "canteen-simulate", "--from", str(seed), "--seeds", "1", "--students",
             str(SEEDED_STUDENTS)], mutant, LUNCH_PATIENCE)


def judge(tree, mutant, lunches):
    """What noticed the fault; None when nothing did."""
    name = mutant["name"]
    if mutant.get("tests"):
        well, said = tree.tests(mutant["tests"], name)
        if not well:
            failing = [line for line in said.splitlines() if "✘ Test" in line and " failed" in line]
            return "tests: " + (failing[0].strip() if failing else said.strip().splitlines()[-1][:150])
    seeds = [mutant["seed"]] if "seed" in mutant else range(1, lunches + 1)
    for seed in seeds:
        well, _ = tree.lunch(seed, name)
        if not well:
            return f"lunch {seed}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copy", type=pathlib.Path, required=True, help="where the copy is made and built")
    parser.add_argument("--only", action="append", default=[], help="part of a name; may be given again")
    parser.add_argument("--lunches", type=int, default=20, help="how many are played for what no test notices")
    parser.add_argument("--seeds", action="store_true", help="leave the tests out: find the lunch that shows each")
    parser.add_argument("--check", action="store_true", help="only say whether every fault still applies")
    options = parser.parse_args()
    everything = mutants()
    texts = mutated(everything)
    if options.check:
        return say(f"{len(everything)} faults apply")
    chosen = [m for m in everything if not options.only or any(part in m["name"] for part in options.only)]
    if not chosen:
        sys.exit("canteen: no fault has such a name")
    options.copy.mkdir(parents=True, exist_ok=True)
    copy(options.copy, texts)
    say(f"building a copy with {len(everything)} faults that are switched off")
    began = time.monotonic()
    subprocess.run(
        ["swift", "build", "--build-tests", "--quiet"], cwd=options.copy, check=True, stdout=sys.stderr)
    built = time.monotonic()
    tree = Copy(options.copy)
    # What fails without a fault proves nothing about one.
    for expression in sorted({m["tests"] for m in chosen if m.get("tests")}) if not options.seeds else []:
        well, said = tree.tests(expression, "none")
        if not well:
            print(said, file=sys.stderr)
            sys.exit(f"canteen: the tests {expression} fail without any fault")
    found, survivors = 0, []
    for number, mutant in enumerate(chosen, 1):
        judged = {**mutant, "tests": None} if options.seeds else mutant
        if options.seeds:
            judged.pop("seed", None)
        by = judge(tree, judged, options.lunches)
        if by:
            found += 1
        else:
            survivors.append(mutant["name"])
        say(f"{number}/{len(chosen)} {mutant['name']}: {by or 'SURVIVES'}")
        if not options.seeds and by and "seed" in mutant and by.startswith("tests"):
            well, _ = tree.lunch(mutant["seed"], mutant["name"])
            if well:
                sys.exit(f"canteen: lunch {mutant['seed']} no longer shows {mutant['name']}")
    print(json.dumps({
        "build_seconds": round(built - began), "found": found, "mutants": len(chosen),
        "seconds": round(time.monotonic() - built), "survivors": survivors,
    }, sort_keys=True))
    if survivors:
        sys.exit(1)


main()

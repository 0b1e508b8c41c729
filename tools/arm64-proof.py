#!/usr/bin/env python3
"""Runs what was compiled for arm64 under qemu-user and says what that proves.

  tools/arm64-proof.py --sdk FOLDER --cache FOLDER --template-here PROGRAM

The last line is one line of JSON; the exit code is 1 when something does not hold.
"""

import argparse
import json
import math
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent
TRIPLE = "aarch64-unknown-linux-gnu"
# Suites that need no other program and no network.
PURE_SUITES = ["CanteenCoreTests", "GatewayProtocolTests", "ConcurrencyTests", "SettingsTests", "RosterTests", "FeatureLibraryTests",
               "OrderLedgerTests", "WeChatPayTests"]
# They take a minute even without emulation.
LONG_SUITES = "ScoreModelFitTests|PowerCutTests|DamagedFileTests|BrokenDiskTests"
INDEX_SUITES = ["FaceIndexTests.ComparingPathTests", "FaceIndexTests.ExactSearchTests"]
PORTRAITS = ["obama.jpg", "biden.jpg", "astronaut.png"]
LEAST_COSINE = 0.9999


class Unproved(Exception):
    """What does not hold, in one sentence."""


def say(text):
    print(f"canteen: {text}", file=sys.stderr, flush=True)


class Target:
    """The arm64 programs, and how they run here."""

    def __init__(self, sdk):
        self.sysroot = sdk / "sysroot"
        self.programs = sdk / "programs"
        self.debug = sdk / "build" / TRIPLE / "debug"

    def command(self, program):
        libraries = ["-E", "LD_LIBRARY_PATH=/usr/lib/swift/linux"] if program.parent == self.debug else []
        return ["qemu-aarch64-static", "-L", str(self.sysroot), *libraries, str(program)]

    def run(self, program, *arguments, seconds, env=None):
        try:
            return subprocess.run([*self.command(program), *map(str, arguments)], capture_output=True, text=True,
                                  timeout=seconds, cwd=PROJECT, env={**os.environ, **(env or {})})
        except subprocess.TimeoutExpired:
            raise Unproved(f"{program.name} was not done after {seconds} s") from None

    def scripts(self, folder, names):
        """Scripts named like the programs, for what starts programs by name."""
        folder.mkdir()
        for name in names:
            script = folder / name
            words = " ".join(f"'{word}'" for word in self.command(self.programs / name))
            script.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
            script.chmod(0o755)
        return folder


def tests_pass(target, suites, seconds, env=None):
    """Runs suites of the cross-built bundle and returns how many tests passed."""
    bundle = target.debug / "canteen-terminalPackageTests.xctest"
    pattern = "^(" + "|".join(re.escape(suite) for suite in suites) + r")[./]"
    answer = target.run(bundle, "--testing-library", "swift-testing", "--filter", pattern,
                        "--skip", LONG_SUITES, seconds=seconds, env=env)
    said = answer.stdout + answer.stderr
    passed = re.search(r"Test run with (\d+) tests? .*passed after", said)
    if answer.returncode != 0 or not passed or int(passed[1]) == 0:
        raise Unproved(f"{', '.join(suites)}: " + " | ".join(re.findall(r"✘.*", said)[-5:] or [said[-500:]]))
    return int(passed[1])


def cosine(one, other):
    return sum(a * b for a, b in zip(one, other)) / math.hypot(*one) / math.hypot(*other)


def templates_agree(target, template_here, cache):
    """Compares the template of each portrait made here with the one made by the arm64 program."""
    lowest, engines = 1.0, None
    for name in PORTRAITS:
        arguments = [cache / "models", cache / "portraits" / name]
        here = json.loads(subprocess.run([template_here, *arguments], check=True, capture_output=True).stdout)
        answer = target.run(target.debug / "portrait-template", *arguments, seconds=300)
        if answer.returncode != 0:
            raise Unproved(f"no template of {name}: {answer.stderr[-500:]}")
        there = json.loads(answer.stdout)
        lowest = min(lowest, cosine(here["template"], there["template"]))
        engines = [here["engine"], there["engine"]]
        say(f"{name}: cosine {cosine(here['template'], there['template']):.7f}, "
            f"{here['milliseconds']:.0f} ms here, {there['milliseconds']:.0f} ms emulated")
    if not lowest >= LEAST_COSINE:
        raise Unproved(f"templates differ: cosine {lowest:.6f}")
    return lowest, engines


class Sale:
    """Sandbox, gateway and till, all for arm64, and one student who stands before a replayed camera."""

    def __init__(self, target, cache, folder):
        self.target, self.state = target, folder / "demo"
        programs = target.scripts(
            folder / "programs", ["canteend", "canteenctl", "canteen-gateway", "canteen-sandbox"])
        self.log = open(folder / "demo.log", "w+")
        self.demo = subprocess.Popen(
            [*target.command(target.programs / "canteen-demo"), "--programs", programs, "--cache", cache,
             "--scenario", PROJECT / "scenarios/slow-machine.yaml", "--web", PROJECT / "Web", "--state", self.state,
             "--any-ports"], stdout=self.log, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True)

    def ask_till(self, *words):
        return self.target.run(self.target.programs / "canteenctl", *words, "--json", "--socket",
                               self.state / "till/canteend.sock", seconds=60)

    def wait_for_an_order(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.demo.poll() is not None:
                raise Unproved(f"the canteen ended early: {self.said()[-500:]}")
            answer = self.ask_till("orders") if (self.state / "till/canteend.sock").exists() else None
            if answer and answer.returncode == 0 and json.loads(answer.stdout):
                return
            time.sleep(2)
        raise Unproved(f"nobody paid within {seconds} s: {self.said()[-500:]}")

    def doctor(self):
        """What the running till finds, and then what a box finds before its till runs."""
        return self.examined(self.ask_till("doctor")) + self.examined(self.target.run(
            self.target.programs / "canteend", "doctor", "--json", "--config", self.state / "terminal.yaml",
            seconds=120))

    @staticmethod
    def examined(answer):
        checks = json.loads(answer.stdout or "[]")
        wrong = [check["name"] for check in checks if not check["ok"]]
        if wrong or not checks or answer.returncode != 0:
            raise Unproved(f"doctor finds fault with {', '.join(wrong) or answer.stderr[-300:]}")
        return len(checks)

    def figures(self):
        """Ends the canteen and returns its line of figures."""
        self.demo.send_signal(signal.SIGINT)
        try:
            code = self.demo.wait(timeout=240)
        except subprocess.TimeoutExpired:
            raise Unproved("the canteen did not close") from None
        if code != 0:
            raise Unproved(f"the books do not agree: {self.said()[-500:]}")
        figures = json.loads(self.said().strip().splitlines()[-1])
        if figures["lost"] or figures["duplicated"] or not 0 < figures["orders_paid"] == figures["orders_accepted"]:
            raise Unproved(f"the books do not agree: {figures}")
        return figures

    def said(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text()

    def stop(self):
        """Leaves no program behind, whatever happened."""
        if self.demo.poll() is None:
            self.demo.send_signal(signal.SIGINT)
            try:
                self.demo.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(self.demo.pid, signal.SIGKILL)
        for file in self.state.glob("*.pid"):
            try:
                os.kill(int(file.read_text()), signal.SIGKILL)
            except (ValueError, ProcessLookupError):
                pass
        self.log.close()


def prove(options, proof):
    target = Target(options.sdk)
    models = {"CANTEEN_MODELS_DIR": str(options.cache / "models"),
              "CANTEEN_PORTRAITS_DIR": str(options.cache / "portraits")}
    say("the tests of rules, ledger and protocols")
    proof["tests_passed"] = tests_pass(target, PURE_SUITES, seconds=900, env=models)
    say("face search by NEON and by portable code")
    proof["neon_tests_passed"] = tests_pass(target, INDEX_SUITES, seconds=900)
    say("templates of the same portraits here and there")
    proof["least_cosine"], proof["engines"] = templates_agree(target, options.template_here, options.cache)
    say("a student pays at an arm64 till")
    with tempfile.TemporaryDirectory() as folder:
        sale = Sale(target, options.cache, pathlib.Path(folder))
        try:
            sale.wait_for_an_order(seconds=400)
            proof["doctor_checks_passed"] = sale.doctor()
            figures = sale.figures()
        finally:
            sale.stop()
    for name in ["orders_accepted", "orders_paid", "lost", "duplicated", "peak_rss_mb"]:
        proof[name] = figures[name]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sdk", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--template-here", required=True)
    options = parser.parse_args()
    start, proof = time.monotonic(), {"target": "Debian 13 arm64"}
    try:
        prove(options, proof)
        proof["proved"] = True
    except Unproved as reason:
        say(str(reason))
        proof["proved"] = False
    proof["seconds"] = round(time.monotonic() - start)
    print(json.dumps(proof))
    sys.exit(0 if proof["proved"] else 1)


if __name__ == "__main__":
    main()

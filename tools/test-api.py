#!/usr/bin/env python3
"""Tests the HTTP interfaces of till and gateway against docs/openapi with schemathesis, while a canteen plays.

First every call is made once as intended: a till is paired, an operator opens a shift, orders are voided, refunded and
explained. Then each is made with bodies, queries and names that follow its description, and with some that break it.
Every answer is checked against the description: its status, its content type, and each key of its body. Meanwhile the
events of the staff page and the student page are listened to. The last line is one line of figures as JSON; anything
that is not as described, and any call that never succeeded, makes it fail.
"""
import argparse
import base64
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

import hypothesis
import jsonschema
import requests
import schemathesis
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from schemathesis.specs.openapi import checks as judge

ROOT = pathlib.Path(__file__).resolve().parent.parent
OPERATOR, PIN = "anna", "246810"
# All but the last digit of a payment code, which says what becomes of it.
CODE = "13456789012345678"

# A status that is not described, above all 500, is a failure.
CHECKS = [
    judge.status_code_conformance, judge.content_type_conformance, judge.response_headers_conformance,
    judge.response_schema_conformance,
]
# Whoever made the calls before has to learn of it, so it is made once and last.
ONCE = {"changeAuthority"}
# Answers that never end; they are listened to instead.
STREAMS = {"tillEvents": "TillView", "studentEvents": "StudentView", "preview": None}


class Interface:
    """One description, the program that answers to it, and what was counted."""

    def __init__(self, name, address, listeners=None):
        """`listeners` has the addresses of the ports beside `address`: for tills, and for boxes that become some."""
        file = ROOT / f"docs/openapi/{name}.yaml"
        self.name, self.address = name, address
        self.document = yaml.safe_load(file.read_text())
        self.schema = schemathesis.openapi.from_path(str(file))
        self.operations = {}
        for result in self.schema.get_all_operations():
            operation = result.ok()
            self.operations[operation.definition.raw["operationId"]] = operation
        self.statuses = {id: collections.Counter() for id in self.operations}
        self.wrong = []
        self.credentials = {}
        self.listeners, self.authority, self.certificate = listeners or {}, None, None

    def case(self, id, body=None, **parts):
        operation = self.operations[id]
        given = {}
        if body is not None:
            given["body"], given["media_type"] = body, "application/json"
        return operation.Case(
            path_parameters=parts.pop("path", {}), query=parts.pop("query", {}),
            headers=parts.pop("headers", {}), **given)

    def way(self, operation):
        """Where an operation is served, by the description."""
        raw = operation.definition.raw
        if {"till": []} in raw.get("security", []):
            return "tills"
        path = self.document["paths"][operation.path]
        return "pairing" if "servers" in path else "office"

    def call(self, case, is_meant=False, with_credentials=False, certificate=None):
        """Makes the call, counts its status and notes whatever is not as described.

        Headers of the case are kept, unless the right credentials are wanted in their place.
        """
        id = case.operation.definition.raw["operationId"]
        for name, value in self.credentials.get(id, {}).items():
            if with_credentials or name not in case.headers:
                case.headers[name] = value
        way = self.way(case.operation)
        channel = {}
        if way in self.listeners:
            channel["verify"] = str(self.authority)
            if way == "tills" and (is_meant or with_credentials):
                channel["cert"] = certificate or self.certificate
        response = case.call(base_url=self.listeners.get(way, self.address), timeout=60, **channel)
        self.statuses[id][response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except (Exception, BaseExceptionGroup) as error:
            self.wrong.append(f"{self.name} {id}: {str(error).strip()[:1500]}")
        if is_meant and not 200 <= response.status_code < 400:
            self.wrong.append(f"{self.name} {id}: meant to succeed, {response.status_code} {response.text[:300]}")
        return response

    def mean(self, id, *arguments, certificate=None, **parts):
        return self.call(self.case(id, *arguments, **parts), is_meant=True, certificate=certificate)

    def validator(self, name):
        return jsonschema.Draft202012Validator(
            {"$ref": f"#/components/schemas/{name}", "components": self.document["components"]})


class Listener(threading.Thread):
    """Listens to a page's events until the end, and holds each to the description."""

    def __init__(self, interface, id):
        super().__init__(daemon=True)
        self.interface, self.id, self.seen = interface, id, 0

    def run(self):
        validator = self.interface.validator(STREAMS[self.id])
        path = self.interface.operations[self.id].path
        try:
            with requests.get(self.interface.address + path, stream=True, timeout=120) as answer:
                self.interface.statuses[self.id][answer.status_code] += 1
                for line in answer.iter_lines():
                    if not line.startswith(b"data: "):
                        continue
                    self.seen += 1
                    for error in validator.iter_errors(json.loads(line[6:])):
                        self.interface.wrong.append(f"{self.id}: {error.json_path}: {error.message[:300]}")
        except requests.exceptions.RequestException:
            pass  # The canteen closed.


def wait_for(what, look, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    sys.exit(f"test-api: {what} did not happen within {seconds} s")


class Box:
    """A box that becomes a till: its keys, and what it says with them."""

    def __init__(self, name):
        self.name = name
        self.key, self.sealing = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    @staticmethod
    def point(key):
        bytes = key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        return base64.b64encode(bytes).decode()

    def pair_request(self, code):
        # The gateway is shown the first eight characters; the others are for the box.
        return {"code": code.replace("-", "")[:8], "csr": self.csr(), "sealing_key": self.point(self.sealing)}

    def csr(self):
        csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(self.key, hashes.SHA256())
        return csr.public_bytes(serialization.Encoding.PEM).decode()

    def certificate(self, pem, folder):
        """Files with the certificate and its key, for `requests`."""
        return certificate_files(folder / self.name, pem, self.key)

    def lease_request(self):
        said = {"device_id": self.name, "device_key": self.point(self.key)}
        nothing = {"sequence": 0, "hash": base64.b64encode(bytes(32)).decode(), "unsent_orders": 0, "unsent_fen": 0}
        return {"raw_data": base64.b64encode(json.dumps(said).encode()).decode(), "ledger": nothing}


def certificate_files(place, pem, key):
    place.mkdir(exist_ok=True)
    (place / "certificate.pem").write_text(pem)
    (place / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return str(place / "certificate.pem"), str(place / "key.pem")


def as_meant(gateway, till, canteen, portraits):
    """Every call once, as intended, in an order in which each can succeed."""
    staff = {"operator": OPERATOR, "pin": PIN}

    gateway.mean("health")
    gateway.mean("status")
    gateway.mean("saveOperator", {"name": "安娜", "role": "supervisor", "pin": PIN}, path={"id": OPERATOR})
    gateway.mean("saveOperator", {"name": "本", "role": "cashier", "pin": PIN}, path={"id": "ben"})
    gateway.mean("operators")
    gateway.mean("removeOperator", path={"id": "ben"})
    box = Box("till-api")
    code = gateway.mean("makePairingCode", {"terminal_id": box.name}).json()["code"]
    gateway.mean("listeners")
    gateway.mean("authority")
    paired = gateway.mean("pair", box.pair_request(code)).json()
    renewed = gateway.mean("renew", {"terminal_id": box.name, "csr": box.csr()}).json()["certificate"]
    for certificate in [paired["certificate"], renewed]:
        gateway.mean("lease", box.lease_request(), certificate=box.certificate(certificate, canteen))
    gateway.mean("terminals")
    gateway.mean("replaceTerminal", path={"id": box.name})
    gateway.mean("revokeTerminal", path={"id": box.name})
    gateway.mean("people")
    portrait = sorted(portraits.glob("*.jpg"))[0]
    photo = {"name": "a.jpg", "bytes": base64.b64encode(portrait.read_bytes()).decode()}
    enrolment = {"photos": [photo], "display_name": "甲", "replace": False, "allow_look_alike": True}
    for check in [True, False]:
        gateway.mean("enrol", {**enrolment, "check": check}, path={"id": "s90001"})
    gateway.mean("setBar", {"bar": "blocked"}, path={"id": "s90001"})
    gateway.mean("setBar", {"bar": None}, path={"id": "s90001"})
    gateway.mean("lookAlikes")
    gateway.mean("forgetPerson", path={"id": "s90001"})

    for id in ["home", "tillPage", "studentPage", "status", "camera", "library", "doctor"]:
        till.mean(id)
    till.mean("pageFile", path={"part": "till", "name": "till.js"})
    till.mean("giveSign", path={"screen": "till"})
    till.mean("screenIsShown", path={"screen": "till"})
    till.mean("openCamera", {"preview": True})
    with requests.get(till.address + "/api/preview.mjpeg", stream=True, timeout=30) as picture:
        till.statuses["preview"][picture.status_code] += 1
        if b"\xff\xd8" not in next(picture.iter_content(65_536)):
            till.wrong.append("preview: no JPEG comes")
    till.mean("showPreview", {"shown": False})
    till.mean("wakeCamera")
    till.mean("keyingBegan")
    till.mean("syncLibrary")

    # The operator arrives with the next lease, for which the till was told to ask at once.
    wait_for("the operator", lambda: till.call(till.case("openShift", staff)).status_code == 200)
    till.mean("shift")
    paid = wait_for(
        "two paid orders",
        lambda: (lambda some: some if len(some) >= 2 else None)(
            [o for o in till.mean("orders", query={"limit": 100}).json() if o["state"] == "paid"]))
    till.mean("explanation", path={"number": paid[0]["out_trade_no"]})
    till.mean("receipt", staff, path={"number": paid[0]["out_trade_no"]})
    till.mean("refund", {**staff, "reason": "cold soup", "yuan": "0.50"}, path={"number": paid[0]["out_trade_no"]})
    till.mean("keyAmount", {"yuan": "3.50"})
    till.mean("allowRepeat", {**staff, "reason": "second helping"})
    till.mean("offerAgain")
    till.mean("cancel")
    till.mean("takeByStaff", {"yuan": "8", "taken": "cash"})
    # Somebody who just paid is objected to; an operator's word helps, and the card is shown again.
    sell_by_name(till, staff)
    sell_by_code(till)
    till.mean("audit", query={"limit": 10})
    till.mean("verifyLedger")
    till.mean("rebuildLedger")
    till.mean("recoverLedger")
    export = till.mean("exportLedger", query={"after": 0}).json()
    till.mean("importLedger", export)
    void_unsent(till, staff)

    gateway.mean("takeExport", export)
    gateway.mean("bringExport", export)
    own = gateway.mean("ownEntries", query={"after": 0}).json()
    gateway.mean("strayEntries", query={"after": 0})
    gateway.mean("heldLedger", query={"at": 1, "nonce": "api"})
    gateway.mean("uploadEntries", own)
    gateway.mean("library", query={"after": 0, "epoch": ""})
    gateway.mean("events", query={"after": 0, "epoch": "", "wait": 0})
    gateway.mean("codeOutcome", path={"number": "NOBODY-0001"})
    gateway.mean("collectCode", code_request(own["entries"], "CODE-API-0001"))
    ask_for_tail(gateway, till, canteen / "sandbox", portraits, staff)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3_600))
    gateway.mean("orders")
    for id in ["ordersOfDay", "dayReport", "reconcile"]:
        gateway.mean(id, path={"day": day})
    till.mean("closeShift", staff)
    till.mean("closeCamera")


def sell_by_name(till, staff):
    """A name that staff choose pays from the school's account. At once for the second time it is objected to, and an
    operator's word helps. Somebody walks up to the camera meanwhile, so that it may need another try."""
    for _ in range(40):
        till.mean("closeCamera")
        till.mean("keyAmount", {"yuan": "2.00"})
        pay = till.case("pay", {"by": "chosen_by_staff", "out_user_id": "s00001"})
        till.call(pay)
        # Succeeds only where the sale was objected to.
        word = till.call(till.case("override", {**staff, "reason": "second helping"}))
        if word.status_code == 204 and till.call(pay).status_code == 204:
            return
        till.mean("cancel")
    till.wrong.append("till pay: nobody could be sold to by name, or no override succeeded")


def code_request(entries, number):
    """What a till asks the gateway when somebody shows it a code: an order as in its ledger, under a number of its own."""
    def orders_in(value):
        if isinstance(value, dict):
            if "out_trade_no" in value and "payment_code" in json.dumps(value):
                yield value
            for part in value.values():
                yield from orders_in(part)

    found = [order for entry in entries for order in orders_in(json.loads(entry["payload"]))]
    return {"order": {**found[0], "out_trade_no": number}, "code": CODE + "1"}


def sell_by_code(till):
    """A code that is charged, and one that stays unclear until staff say that the meal was given."""
    def show(last_digit, seen):
        till.mean("closeCamera")
        till.mean("keyAmount", {"yuan": "2.00"})
        till.mean("showCode", {"code": CODE + last_digit})
        return wait_for("the code's outcome", seen)

    def booked():
        return len(till.mean("orders", query={"limit": 100}).json())

    before = booked()
    show("1", lambda: booked() > before)
    # It becomes clear by itself a little later, so that staff may be too late.
    for _ in range(10):
        before = booked()
        show("9", lambda: till.call(till.case("settleUnclear", {"meal_given": True})).status_code == 204
             or booked() > before)
        if till.statuses["settleUnclear"][204]:
            return
    till.wrong.append("till settleUnclear: staff were always too late")


def ask_for_tail(gateway, till, sandbox, portraits, staff):
    """Whoever pays first gets a twin with another phone, and types, and will not type."""
    merchant = yaml.safe_load((sandbox / "merchant.yaml").read_text())
    twin = {"out_user_id": "s00003", "organization_id": merchant["organization_id"], "balance_fen": 50_000}
    requests.post(merchant["base_url"] + "/sandbox/contracts", json=twin, timeout=10).raise_for_status()
    for user, picture, phone in [("s00001", "obama2.jpg", "13800001111"), ("s00003", "obama3.jpg", "13900002222")]:
        photo = {"name": picture, "bytes": base64.b64encode((portraits / picture).read_bytes()).decode()}
        gateway.mean(
            "enrol",
            {"photos": [photo], "display_name": "丙", "phone": phone, "contract_account": phone, "replace": True,
             "allow_look_alike": True, "check": False}, path={"id": user})
    gateway.mean("lookAlikes")
    till.mean("syncLibrary")
    for id, body in [("typeTail", {"tail": "2222"}), ("declineTail", None)]:
        till.mean("cancel")
        till.mean("wakeCamera")

        def answered():
            # Whoever has just paid needs an operator's word before anything else is asked.
            till.call(till.case("allowRepeat", {**staff, "reason": "second helping"}))
            return till.call(till.case(id, body)).status_code == 204

        wait_for(id, answered, seconds=120)


def void_unsent(till, staff):
    """An order can be voided until it is paid; what was taken by staff can be at any time."""
    for order in till.mean("orders", query={"limit": 100}).json():
        done = till.call(till.case("void", {**staff, "reason": "wrong dish"}, path={"number": order["out_trade_no"]}))
        if done.status_code == 204:
            return


def fuzz(interface, examples, seed):
    for id, operation in interface.operations.items():
        if id in STREAMS or id in ONCE:
            continue
        made = [0]
        for mode in [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]:
            try:
                strategy = operation.as_strategy(generation_mode=mode)

                @hypothesis.seed(seed)
                @hypothesis.settings(
                    max_examples=examples, deadline=None, database=None, phases=[hypothesis.Phase.generate],
                    suppress_health_check=list(hypothesis.HealthCheck))
                @hypothesis.given(strategy)
                def try_out(case):
                    if "wait" in (case.query or {}):
                        case.query["wait"] = 0
                    made[0] += 1
                    # Now and then with made-up credentials.
                    interface.call(case, with_credentials=made[0] % 8 != 0)

                try_out()
            except (hypothesis.errors.Unsatisfiable, schemathesis.errors.SchemathesisError):
                continue  # No part of this call can be wrong.


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", required=True, help="folder with models/ and portraits/")
    parser.add_argument("--programs", help="folder with the built programs; opens a canteen with them")
    parser.add_argument("--canteen", help="or the folder of a canteen that is open, with")
    parser.add_argument("--till", help="the address of its till")
    parser.add_argument("--examples", type=int, default=40, help="how often each call is made each way")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.canteen:
        return drive(options, pathlib.Path(options.canteen), options.till)
    if not options.programs:
        parser.error("say --programs, or --canteen and --till")
    with tempfile.TemporaryDirectory(prefix="canteen-api-") as folder:
        run(options, pathlib.Path(folder))


def run(options, folder):
    state = folder / "canteen"
    canteen = subprocess.Popen(
        [f"{options.programs}/canteen-demo", "--programs", options.programs, "--cache", options.cache,
         "--any-ports", "--rehearsal", "--state", str(state)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        drive(options, state, till_of(canteen))
    finally:
        canteen.terminate()
        try:
            canteen.wait(90)
        except subprocess.TimeoutExpired:
            canteen.kill()


def till_of(canteen):
    """Waits until the canteen is open, and goes on reading its output, so that it never blocks on writing."""
    said = []
    for line in canteen.stdout:
        said.append(line)
        if match := re.search(r"staff page\s+(http://\S+)/till", line):
            threading.Thread(target=canteen.stdout.read, daemon=True).start()
            return match[1]
    sys.exit("test-api: the canteen did not open:\n" + "".join(said))


def drive(options, state, address):
    port = re.search(r"port: (\d+)", (state / "gateway.yaml").read_text())[1]
    office = f"http://127.0.0.1:{port}"
    ports = requests.get(office + "/v1/listeners", timeout=10).json()
    gateway = Interface("gateway", office, {
        "tills": f"https://127.0.0.1:{ports['tills_port']}", "pairing": f"https://127.0.0.1:{ports['pairing_port']}"})
    till = Interface("till", address)
    identity = json.loads((state / "till/identity.json").read_text())
    gateway.authority = state / "authority.pem"
    gateway.authority.write_text(identity["authority"])
    secret = int.from_bytes((state / "till/keys/device.p256").read_bytes(), "big")
    gateway.certificate = certificate_files(
        state / "till-1-certificate", identity["certificate"], ec.derive_private_key(secret, ec.SECP256R1()))
    token = (state / "gateway/keys/admin.token").read_text().strip()
    for id, operation in gateway.operations.items():
        security = operation.definition.raw.get("security", [{"administrator": []}])
        if {"administrator": []} in security:
            gateway.credentials[id] = {"Authorization": f"Bearer {token}"}
    listeners = [Listener(till, id) for id in ["tillEvents", "studentEvents"]]
    for listener in listeners:
        listener.start()
    as_meant(gateway, till, state, pathlib.Path(options.cache) / "portraits")
    if options.examples:
        print(f"test-api: every call {options.examples} times each way, as described and otherwise", flush=True)
        for interface in [gateway, till]:
            fuzz(interface, options.examples, options.seed)
    gateway.mean("changeAuthority")
    tell(gateway, till, listeners)


def tell(gateway, till, listeners):
    wrong, silent, calls, answers = gateway.wrong + till.wrong, [], 0, 0
    for interface in [gateway, till]:
        for id, statuses in interface.statuses.items():
            calls += 1
            answers += sum(statuses.values())
            succeeded = any(200 <= status < 400 for status in statuses)
            print(f"{interface.name:8} {id:18} {dict(sorted(statuses.items()))}")
            if not succeeded:
                silent.append(f"{interface.name} {id}")
    for text in list(dict.fromkeys(wrong))[:20]:
        print(f"test-api: {text}", file=sys.stderr)
    views = sum(listener.seen for listener in listeners)
    if not all(listener.seen for listener in listeners):
        silent.append("a page's events")
    print(json.dumps({
        "calls": calls, "succeeded": calls - len(silent), "never_succeeded": silent, "answers": answers, "views": views, "wrong": len(wrong),
    }))
    if wrong or silent:
        sys.exit(1)


main()

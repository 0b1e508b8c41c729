#!/usr/bin/env python3
"""A canteen on several machines, each in a network namespace of its own: gateway, three tills and an attacker on one wire
(tools/wire.py) that delays, loses and reorders, and is cut now and then.

A lunch is sold meanwhile. Each attacker is named with what became of it. At the end tills, gateway and platform must
agree to the fen. The last line is one line of figures as JSON; anything lost, doubled or not refused makes it fail.
With --fault NAME=VALUE in the programs' environment (a build with faults of Tests/Mutants), attackers have to succeed.
"""
import argparse
import base64
import collections
import ctypes
import datetime
import http.client
import http.server
import json
import multiprocessing
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT = pathlib.Path(__file__).resolve().parent.parent
GATEWAY, BAD = "10.77.0.1", "10.77.0.66"
OFFICE, TILLS, PAIRING = 8780, 8781, 8782
PUPILS = [("s00001", "obama.jpg"), ("s00002", "biden.jpg")]
CLONE_NEWNET = 0x40000000


def say(text):
    print(f"test-network: {text}", file=sys.stderr, flush=True)


class Failed(Exception):
    pass


# MARK: Hosts

class Host:
    """One machine: a namespace with an interface on the wire."""

    def __init__(self, name, address, net):
        self.name, self.address, self.net = name, address, net
        self.space, self.running = f"{net}-{name}", {}
        ip("netns", "add", self.space)
        ip("link", "add", f"{net}{name}", "type", "veth", "peer", "name", f"w{net}{name}")
        ip("link", "set", f"{net}{name}", "netns", self.space, "name", "eth0")
        ip("link", "set", f"w{net}{name}", "netns", f"{net}-wire")
        for space, device in [(self.space, "eth0"), (f"{net}-wire", f"w{net}{name}")]:
            # Frames pass through a program, which needs them whole and their checksums made.
            subprocess.run(
                ["ip", "netns", "exec", space, "ethtool", "-K", device, "tx", "off", "tso", "off", "gso", "off", "gro", "off"],
                check=True, capture_output=True)
            ip("-n", space, "link", "set", device, "up")
        ip("-n", self.space, "link", "set", "lo", "up")
        ip("-n", self.space, "addr", "add", f"{address}/24", "dev", "eth0")

    def command(self, *words):
        return ["ip", "netns", "exec", self.space, *map(str, words)]

    def run(self, *words, check=True):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=120)
        if check and done.returncode:
            raise Failed(f"{self.name}: {' '.join(map(str, words))[:200]}: {done.stderr.strip()[-400:]}")
        return done

    def start(self, name, log, *words, environment=None):
        process = subprocess.Popen(
            self.command(*words), stdout=open(log, "a"), stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
        self.running[name] = process
        return process

    def stop(self, name, by=signal.SIGTERM):
        process = self.running.pop(name)
        process.send_signal(by)
        process.wait(30)

    def inside(self, work, *arguments):
        """What `work` returns when it runs in this namespace, in a process of its own."""
        ours, theirs = multiprocessing.get_context("fork").Pipe()

        def child():
            with open(f"/var/run/netns/{self.space}") as space:
                if ctypes.CDLL(None, use_errno=True).setns(space.fileno(), CLONE_NEWNET):
                    os._exit(3)
            try:
                theirs.send(work(*arguments))
            except Exception as error:
                theirs.send(f"{type(error).__name__}: {error}")

        process = multiprocessing.get_context("fork").Process(target=child)
        process.start()
        try:
            if not ours.poll(150):
                raise Failed(f"{self.name}: no answer from an attack")
            return ours.recv()
        finally:
            process.kill()
            process.join()


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"ip {' '.join(words)}: {done.stderr.strip()}")


def wait_for(what, look, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise Failed(f"{what} did not happen within {seconds} s")


# MARK: The canteen

class Canteen:
    def __init__(self, options, folder):
        self.options, self.folder, self.seen = options, folder, {}
        self.net = f"c{os.getpid() % 10_000}"
        ip("netns", "add", f"{self.net}-wire")
        self.gateway = Host("gw", GATEWAY, self.net)
        self.tills = [Host(f"t{number}", f"10.77.0.{10 + number}", self.net) for number in (1, 2, 3)]
        self.bad = Host("bad", BAD, self.net)
        self.wire = subprocess.Popen(
            ["ip", "netns", "exec", f"{self.net}-wire", sys.executable, ROOT / "tools/wire.py",
             "--delay", str(options.delay), "--loss", str(options.loss), "--seed", str(options.seed)]
            + [f"{host.name}=w{self.net}{host.name}" for host in self.hosts],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.wire.stdout.readline()

    @property
    def hosts(self):
        return [self.gateway, *self.tills, self.bad]

    def tell_wire(self, line):
        self.wire.stdin.write(line + "\n")
        self.wire.stdin.flush()

    def program(self, name):
        return f"{self.options.programs}/{name}"

    def close(self):
        for host in self.hosts:
            for name in list(host.running):
                host.stop(name, signal.SIGKILL)
        try:
            self.wire.stdin.close()
            say(self.wire.stdout.read().strip())
            self.wire.wait(10)
        except Exception:
            self.wire.kill()
        for host in self.hosts:
            subprocess.run(["ip", "netns", "del", host.space], capture_output=True)
        subprocess.run(["ip", "netns", "del", f"{self.net}-wire"], capture_output=True)

    def office(self, *words, json_wanted=True):
        done = self.gateway.run(
            self.program("canteenctl"), *words, "--token-file", self.folder / "gateway/keys/admin.token",
            *(["--json"] if json_wanted else []))
        return json.loads(done.stdout) if json_wanted and done.stdout.strip() else done.stdout

    def open_gateway(self):
        say("opening sandbox and gateway")
        self.gateway.start(
            "sandbox", self.folder / "sandbox.log", self.program("canteen-sandbox"), "--data", self.folder / "sandbox",
            "--port", 8790)
        wait_for("the sandbox's start", (self.folder / "sandbox/merchant.yaml").exists)
        self.write_gateway("gateway", self.folder)
        self.start_gateway(self.gateway, self.folder)
        organization = re.search(r'organization_id: "(.*)"', (self.folder / "sandbox/merchant.yaml").read_text())[1]
        for pupil, picture in PUPILS:
            contract = json.dumps({"out_user_id": pupil, "organization_id": organization, "balance_fen": 500_000})
            self.gateway.run("curl", "-sf", "http://127.0.0.1:8790/sandbox/contracts", "--data", contract)
            self.office("enrol", "--id", pupil, "--name", pupil, pathlib.Path(self.options.cache) / "portraits" / picture)

    def write_gateway(self, data, folder):
        (folder / "gateway.yaml").write_text(f"""
listen: {{ port: {OFFICE} }}
tills: {{ port: {TILLS} }}
pairing: {{ port: {PAIRING} }}
data: "{folder}/{data}"
models: "{self.options.cache}/models"
merchant: "{self.folder}/sandbox/merchant.yaml"
platform_quiet_seconds: 3
""")

    def start_gateway(self, host, folder):
        log = folder / "gateway.log"
        log.unlink(missing_ok=True)
        host.start(
            "gateway", log, self.program("canteen-gateway"), "--config", folder / "gateway.yaml",
            environment=self.options.environment)
        wait_for("the gateway's start", lambda: log.exists() and "listening on" in log.read_text())

    def write_till(self, number, host):
        place = self.folder / f"till-{number}"
        place.mkdir(exist_ok=True)
        (place / "terminal.yaml").write_text(f"""
listen: {{ port: 8788 }}
state: "{place}/state"
socket: "{place}/canteend.sock"
models: "{self.options.cache}/models"
web: "{ROOT}/Web"
camera: {{ scenario: "{ROOT}/scenarios/canteen-line.yaml", pictures: "{self.options.cache}/portraits" }}
recognition: {{ liveness: record }}
checkout: {{ fixed_amount: "3.50", same_user_cooldown: 2, result_shown: 2 }}
""")
        return place

    def open_till(self, number):
        say(f"pairing till-{number}")
        host, place = self.tills[number - 1], self.write_till(number, self.tills[number - 1])
        code = self.office("pairing-code", f"till-{number}")["code"]
        host.run(
            self.program("canteend"), "pair", "--config", place / "terminal.yaml", "--gateway", GATEWAY, "--code", code)
        self.start_till(number)

    def start_till(self, number, host=None, place=None):
        host, place = host or self.tills[number - 1], place or self.folder / f"till-{number}"
        host.start(
            "till", place / "till.log", self.program("canteend"), "run", "--config", place / "terminal.yaml",
            environment=self.options.environment)

    def at_till(self, number, *words, host=None, place=None):
        host, place = host or self.tills[number - 1], place or self.folder / f"till-{number}"
        done = host.run(self.program("canteenctl"), *words, "--socket", place / "canteend.sock", "--json", check=False)
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            return None

    def status(self, number, **where):
        return self.at_till(number, "status", **where) or {"blockers": ["silent"], "orders": {}, "network": "?"}

    def drain(self, numbers=(1, 2, 3), seconds=180):
        def is_done(number):
            self.tills[number - 1].run(
                "curl", "-s", "-X", "POST", "http://127.0.0.1:8788/api/camera/close", check=False)
            orders = self.status(number)["orders"]
            return orders.get("unsent") == 0 and orders.get("waiting") == 0

        for number in numbers:
            wait_for(f"till-{number} at rest", lambda: is_done(number), seconds)

    def seen_at(self, number, **where):
        """Remembers what a till has sold, whatever becomes of its disk."""
        for order in self.at_till(number, "orders", "--limit", 10_000, **where):
            self.seen[order["out_trade_no"]] = order

    def money(self, ledgers=(1, 2, 3)):
        """Orders of the tills, and those that are lost or doubled, as the platform and the gateway know them."""
        for number in ledgers:
            self.seen_at(number)
        orders = self.seen
        known = {order["out_trade_no"] for order in self.office("orders-at-gateway")}
        answer = self.gateway.run("curl", "-sf", "http://127.0.0.1:8790/sandbox/transactions").stdout
        charged = {charge["out_trade_no"]: charge for charge in json.loads(answer)}
        lost = [
            number for number, order in orders.items()
            if number not in known or (
                order["state"] in ("paid", "advanced")
                and charged.get(number, {}).get("amount_fen") != order["amount_fen"])]
        kept = {number for number, order in orders.items() if order["state"] in ("failed", "risk_rejected", "voided")}
        doubled = [
            number for number, charge in charged.items()
            if charge["charges"] > (1 if number in orders and number not in kept else 0)]
        return orders, lost, doubled


# MARK: Attackers

def context(certificate=None):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname, tls.verify_mode, tls.minimum_version = False, ssl.CERT_NONE, ssl.TLSVersion.TLSv1_3
    if certificate:
        tls.load_cert_chain(*certificate)
    return tls


def ask(port, path, certificate=None, headers=None, body=None, host=GATEWAY):
    """Status and body of one call; a word in the place of the status when there is no answer."""
    try:
        connection = http.client.HTTPSConnection(host, port, timeout=20, context=context(certificate))
        connection.request("POST" if body is not None else "GET", path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return "closed", type(error).__name__


def verdict(answer):
    """What became of whoever wanted to be a till. Only a refusal with its reason counts: a gateway that is down refuses
    nothing."""
    status, text = answer
    if status == 200:
        return "served"
    code = re.search(r'"code":"(\w+)"', text)
    return f"refused: {code[1]}" if code else f"unclear: {status} {text[:100]}"


def certificate_of(folder, name, key, signer=None, signer_name="Canteen gateway", organization="school"):
    """A certificate as the gateway makes them for tills, signed by whoever wants to."""
    now = datetime.datetime.now(datetime.timezone.utc)

    def names(common):
        return x509.Name([
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization), x509.NameAttribute(NameOID.COMMON_NAME, common)])

    made = (
        x509.CertificateBuilder().subject_name(names(name)).issuer_name(names(signer_name if signer else name))
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5)).not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(signer or key, hashes.SHA256()))
    return files(folder, made.public_bytes(serialization.Encoding.PEM).decode(), key)


def files(folder, certificate, key):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "certificate.pem").write_text(certificate)
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return str(folder / "certificate.pem"), str(folder / "key.pem")


def pair_by_hand(canteen, name):
    """A till that an attacker has in his hands: certificate and key."""
    key, sealing = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    point = sealing.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    code = canteen.office("pairing-code", name)["code"].replace("-", "")[:8]
    body = json.dumps({
        "code": code, "csr": csr.public_bytes(serialization.Encoding.PEM).decode(),
        "sealing_key": base64.b64encode(point).decode()})
    status, text = canteen.bad.inside(ask, PAIRING, "/v1/terminals/pair", None, {"host": GATEWAY}, body)
    if status != 200:
        raise Failed(f"{name} was not paired: {status} {text[:200]}")
    return files(canteen.folder / name, json.loads(text)["certificate"], key)


def no_certificate(canteen):
    return verdict(canteen.bad.inside(ask, TILLS, "/v1/ledger?after=0", None, {"canteen-terminal": "till-1"}))


def self_made(canteen):
    made = certificate_of(canteen.folder / "self", "till-1", ec.generate_private_key(ec.SECP256R1()))
    return verdict(canteen.bad.inside(ask, TILLS, "/v1/ledger?after=0", made))


def another_schools_authority(canteen):
    made = certificate_of(
        canteen.folder / "other", "till-1", ec.generate_private_key(ec.SECP256R1()),
        signer=ec.generate_private_key(ec.SECP256R1()))
    return verdict(canteen.bad.inside(ask, TILLS, "/v1/ledger?after=0", made))


def revoked(canteen):
    certificate = pair_by_hand(canteen, "till-9")

    def call_until_refused(ready, certificate):
        connection = http.client.HTTPSConnection(GATEWAY, TILLS, timeout=20, context=context(certificate))
        last = None
        for _ in range(600):
            connection.request("GET", "/v1/ledger?after=0")
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status != 200:
                return time.time(), verdict((answer.status, text))
            if last is None:
                pathlib.Path(ready).write_text("served")
            last = answer.status
        return time.time(), "served"

    ready, told = canteen.folder / "till-9-served", {}

    def office():
        wait_for("till-9 is served", ready.exists)
        canteen.office("till", "revoke", "till-9")
        told["at"] = time.time()

    thread = threading.Thread(target=office)
    thread.start()
    at, became = canteen.bad.inside(call_until_refused, str(ready), certificate)
    thread.join()
    canteen.figures["revoked_in_s"] = round(max(0, at - told["at"]), 2)
    return became


def replayed_bytes(canteen):
    """Records what a till says, byte for byte, and says it again."""
    certificate = pair_by_hand(canteen, "till-8")

    def attack(certificate):
        recorded = []
        listener = socket.create_server(("127.0.0.1", 0))

        def relay():
            caller, _ = listener.accept()
            onward = socket.create_connection((GATEWAY, TILLS), timeout=20)

            def pump(source, sink, keep):
                while data := source.recv(65_536):
                    if keep:
                        recorded.append(data)
                    sink.sendall(data)

            back = threading.Thread(target=pump, args=(onward, caller, False), daemon=True)
            back.start()
            try:
                pump(caller, onward, True)
            except OSError:
                pass

        threading.Thread(target=relay, daemon=True).start()
        tls = context(certificate).wrap_socket(socket.create_connection(listener.getsockname()))
        tls.sendall(f"GET /v1/ledger?after=0 HTTP/1.1\r\nhost: {GATEWAY}\r\n\r\n".encode())
        if b"200 OK" not in tls.recv(65_536):
            return "the till itself was not served"
        again = socket.create_connection((GATEWAY, TILLS), timeout=20)
        again.sendall(b"".join(recorded))
        again.settimeout(10)
        try:
            while again.recv(65_536):
                pass
        except ConnectionResetError:
            pass
        except OSError:
            return "served: the connection stays open"
        # Whoever is served may go on asking; the gateway ends what it cannot decrypt.
        return "refused: closed in the handshake"

    return canteen.bad.inside(attack, certificate)


def serve_html(ready, certificate=None):
    class Portal(http.server.BaseHTTPRequestHandler):
        def answer(self):
            page = b"<html>Welcome to our network</html>"
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("0.0.0.0", PAIRING), Portal)
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    pathlib.Path(ready).write_text("ready")
    threading.Timer(12, server.shutdown).start()
    server.serve_forever()
    return "served"


def proxy_with_a_page(canteen):
    """A portal that answers every call with a page, with TLS and without."""
    said = []
    place = canteen.folder / "stray"
    place.mkdir(exist_ok=True)
    (place / "terminal.yaml").write_text((canteen.folder / "till-1/terminal.yaml").read_text().replace("till-1", "stray"))
    for kind in ["with", "without"]:
        ready = canteen.folder / f"portal-{kind}"
        made = certificate_of(canteen.folder / "portal", "gateway", ec.generate_private_key(ec.SECP256R1()))
        thread = threading.Thread(
            target=canteen.bad.inside, args=(serve_html, str(ready), made if kind == "with" else None))
        thread.start()
        wait_for("the portal", ready.exists)
        code = canteen.office("pairing-code", "till-7")["code"]
        done = canteen.tills[0].run(
            canteen.program("canteend"), "pair", "--config", place / "terminal.yaml", "--gateway", BAD, "--code", code,
            check=False)
        said.append("paired" if done.returncode == 0 else done.stderr.strip())
        thread.join()
    say(f"the portal: {said}")
    named = ["web page", "does not speak TLS"]
    return "refused: named" if all(word in text for word, text in zip(named, said)) else f"unclear: {said}"


def fake_gateway(canteen):
    """Another gateway takes the address of the real one, for one till."""
    folder = canteen.folder / "fake"
    folder.mkdir(exist_ok=True)
    canteen.write_gateway("data", folder)
    ip("-n", canteen.bad.space, "addr", "add", f"{GATEWAY}/32", "dev", "lo")
    canteen.start_gateway(canteen.bad, folder)
    till = canteen.tills[2]
    ip("-n", till.space, "route", "add", f"{GATEWAY}/32", "via", BAD)
    try:
        # Connections that stand go on to the real one, as packets of theirs are refused by the fake one.
        def doctor():
            checks = {check["name"]: check for check in canteen.at_till(3, "doctor") or []}
            said = checks.get("gateway", {}).get("message", "")
            return said if "not certified by this school" in said else None

        said = wait_for("till-3 notices the fake gateway", doctor, 120)
        say(f"the fake gateway: {said}")
        taken = canteen.bad.run(
            canteen.program("canteenctl"), "orders-at-gateway", "--token-file", folder / "data/keys/admin.token", "--json")
        return "refused: wrong authority" if json.loads(taken.stdout) == [] else "was given orders"
    finally:
        ip("-n", till.space, "route", "del", f"{GATEWAY}/32")
        canteen.bad.stop("gateway")
        ip("-n", canteen.bad.space, "addr", "del", f"{GATEWAY}/32", "dev", "lo")


def crowd(canteen, work):
    """What the tills still do while `work` keeps connections open."""
    before = canteen.status(1)["orders"].get("uploaded", 0)
    stop = canteen.folder / "crowd-stop"
    stop.unlink(missing_ok=True)
    result = {}
    thread = threading.Thread(target=lambda: result.update(open=canteen.bad.inside(work, str(stop))))
    thread.start()
    try:
        # A till that has to connect anew gets through as well.
        canteen.tills[1].stop("till")
        canteen.start_till(2)
        wait_for("uploads go on beside the crowd", lambda: canteen.status(1)["orders"].get("uploaded", 0) > before, 60)
        wait_for("a till that starts reaches the gateway", lambda: canteen.status(2)["network"] == "up", 60)
    except Failed as error:
        return f"succeeded: {error}"
    finally:
        stop.write_text("stop")
        thread.join()
    say(f"of the crowd's connections stayed open: {result.get('open')}")
    return "refused: tills go on" if isinstance(result.get("open"), int) else f"unclear: {result}"


def idle_connections(canteen):
    def attack(stop):
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (8_192, 8_192))
        callers = []
        for number in range(2_000):
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex((GATEWAY, TILLS if number % 2 else PAIRING))
            callers.append(caller)
            if number % 50 == 0:
                time.sleep(0.05)
        while not pathlib.Path(stop).exists():
            time.sleep(0.2)
        still = 0
        for caller in callers:
            try:
                still += caller.recv(1) != b""
            except BlockingIOError:
                still += 1
            except OSError:
                pass
        return still

    return crowd(canteen, attack)


def slowloris(canteen):
    def attack(stop):
        callers = []
        for _ in range(400):
            try:
                caller = context().wrap_socket(socket.create_connection((GATEWAY, TILLS), timeout=5))
                caller.sendall(b"POST /v1/orders HTTP/1.1\r\n")
                callers.append(caller)
            except OSError:
                pass
            if pathlib.Path(stop).exists():
                break
        while not pathlib.Path(stop).exists():
            for caller in callers:
                try:
                    caller.sendall(b"x")
                except OSError:
                    pass
            time.sleep(1)
        return len(callers)

    return crowd(canteen, attack)


def dns_rebinding(canteen):
    """A page in a browser on the gateway's machine, from a name that was pointed to it."""
    said = set()
    for scheme, port in [("http", OFFICE), ("https", TILLS), ("https", PAIRING)]:
        for path in ["/v1/health", "/v1/admin/status", "/v1/authority"]:
            done = canteen.gateway.run(
                "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-H", f"host: evil.example:{port}",
                f"{scheme}://127.0.0.1:{port}{path}")
            said.add(done.stdout)
    return "refused: wrong_host" if said == {"403"} else f"answered: {sorted(said)}"


def guessing(canteen):
    code = canteen.office("pairing-code", "till-6")["code"].replace("-", "")[:8]

    def attack(offer):
        key, sealing = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
        point = sealing.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        counts = collections.Counter()
        for number in range(150):
            guess = offer + "".join("ABCDEFGHJKLMNPQRSTUVWXYZ23456789"[number // 32 ** place % 32] for place in range(5))
            body = json.dumps({
                "code": guess, "csr": csr.public_bytes(serialization.Encoding.PEM).decode(),
                "sealing_key": base64.b64encode(point).decode()})
            counts[verdict(ask(PAIRING, "/v1/terminals/pair", None, {"host": GATEWAY}, body))] += 1
        return dict(counts)

    counts = canteen.bad.inside(attack, code[:3])
    say(f"guessing: {counts}")
    looked_at = counts.get("refused: bad_code", 0)
    if "served" in counts or not 1 <= looked_at <= 12 or any("unclear" in word for word in counts):
        return f"succeeded: {counts}"
    return f"refused: {looked_at} of {sum(counts.values())} were looked at"


def copied_key(canteen):
    """A copy of a till's disk runs on another machine. Both hold the key, so both are stopped, and nothing is lost."""
    till, place, copy = canteen.tills[2], canteen.folder / "till-3", canteen.folder / "till-33"
    canteen.drain([3])
    canteen.seen_at(3)
    till.stop("till")
    shutil.copytree(place, copy, ignore=shutil.ignore_patterns("*.sock", "*.log"))
    settings = (copy / "terminal.yaml").read_text().replace(str(place), str(copy))
    (copy / "terminal.yaml").write_text(settings)
    started = time.monotonic()
    canteen.start_till(3)
    canteen.start_till(3, canteen.bad, copy)
    where = {"host": canteen.bad, "place": copy}
    doubts = {"ledger_forked", "ledger_behind", "upload_refused"}

    def stopped():
        return [bool(doubts & set(canteen.status(3, **place)["blockers"])) for place in ({}, where)]

    # Whose entries come second is stopped at once, the other with its next lease, which an operator's name hastens.
    wait_for("one of the two is stopped", lambda: any(stopped()), 120)
    canteen.figures["first_copy_stopped_in_s"] = round(time.monotonic() - started)
    (canteen.folder / "pin").write_text("246810")
    canteen.office(
        "operator", "add", "anna", "--name", "Anna", "--role", "supervisor", "--pin-file", canteen.folder / "pin",
        json_wanted=False)
    wait_for("both are stopped", lambda: all(stopped()), 120)
    canteen.figures["copies_stopped_in_s"] = round(time.monotonic() - started)
    # As docs/operations.md says: one box after the other, alone.
    canteen.seen_at(3)
    canteen.seen_at(3, **where)
    canteen.bad.stop("till")
    canteen.at_till(3, "ledger", "recover", "--only-box")
    canteen.drain([3])
    till.stop("till")
    canteen.start_till(3, canteen.bad, copy)
    wait_for("the copy answers", lambda: canteen.status(3, **where)["blockers"] != ["silent"], 60)
    canteen.at_till(3, "ledger", "recover", "--only-box", **where)
    end = time.monotonic() + 180
    while time.monotonic() < end:
        canteen.bad.run("curl", "-s", "-X", "POST", "http://127.0.0.1:8788/api/camera/close", check=False)
        orders = canteen.status(3, **where)["orders"]
        if orders.get("unsent") == 0 and orders.get("waiting") == 0:
            break
        time.sleep(0.5)
    else:
        raise Failed("the copy does not come to rest")
    canteen.bad.stop("till")
    # The copy's ledger has all of it; it is the one to go on with.
    shutil.rmtree(place / "state")
    shutil.copytree(copy / "state", place / "state")
    canteen.start_till(3)
    wait_for("till-3 answers", lambda: canteen.status(3)["blockers"] != ["silent"], 60)
    return "refused: named, both stopped"


ATTACKERS = [
    no_certificate, self_made, another_schools_authority, revoked, replayed_bytes, proxy_with_a_page, dns_rebinding,
    guessing, fake_gateway, idle_connections, slowloris, copied_key,
]


# MARK: The lunch

def handshakes(canteen):
    def attack():
        times = []
        for _ in range(20):
            plain = socket.create_connection((GATEWAY, TILLS), timeout=20)
            start = time.monotonic()
            context().wrap_socket(plain).close()
            times.append((time.monotonic() - start) * 1_000)
        return times

    times = sorted(canteen.bad.inside(attack))
    return {"p50": round(statistics.median(times)), "p95": round(times[-2])}


def change_authority(canteen):
    """Every till learns of a new authority by itself, and renews its certificate."""
    def certificates():
        return [
            json.loads((canteen.folder / f"till-{number}/state/identity.json").read_text())["certificate"]
            for number in (1, 2, 3)]

    before = certificates()
    canteen.office("authority", "change")
    # Connections that stand are not judged again.
    canteen.gateway.stop("gateway")
    canteen.start_gateway(canteen.gateway, canteen.folder)
    wait_for("renewals", lambda: all(a != b for a, b in zip(before, certificates())), 150)
    return len(before)


def play(canteen, options):
    canteen.figures = {}
    canteen.open_gateway()
    for number in (1, 2, 3):
        canteen.open_till(number)
    for number in (1, 2, 3):
        wait_for(f"till-{number} sells", lambda: canteen.status(number)["blockers"] == [], 90)
    say("selling; one till loses the wire for a while")
    time.sleep(options.seconds / 2)
    canteen.tell_wire("cut t2")
    time.sleep(6)
    canteen.tell_wire("heal t2")
    time.sleep(options.seconds / 2)
    canteen.figures["handshake_ms"] = handshakes(canteen)
    became = {}
    for attacker in ATTACKERS:
        if options.only and attacker.__name__ not in options.only:
            continue
        try:
            became[attacker.__name__] = attacker(canteen)
        except Failed as error:
            became[attacker.__name__] = f"unclear: {error}"
        say(f"{attacker.__name__}: {became[attacker.__name__]}")
    canteen.figures["renewals"] = change_authority(canteen)
    say("waiting until everything is settled")
    canteen.drain()
    orders, lost, doubled = canteen.money()
    for number in lost + doubled:
        say(f"not as it should be: {number}")
    return {
        "tills": 3, "orders": len(orders), "lost": len(lost), "duplicated": len(doubled), "attackers": became,
        "refused_attackers": sum(word.startswith("refused") for word in became.values()), **canteen.figures}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="folder with the built programs")
    parser.add_argument("--cache", required=True, help="folder with models/ and portraits/")
    parser.add_argument("--seconds", type=int, default=30, help="of the lunch before the first attack")
    parser.add_argument("--delay", type=float, default=40, help="milliseconds each way")
    parser.add_argument("--loss", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", help="one attacker; several times for several")
    parser.add_argument("--fault", help="NAME=VALUE in the environment of gateway and tills")
    parser.add_argument("--keep", help="folder for files and logs, kept afterwards")
    options = parser.parse_args()
    if os.geteuid():
        sys.exit("test-network: making network namespaces takes root")
    options.programs, options.cache = os.path.abspath(options.programs), os.path.abspath(options.cache)
    options.environment = dict([options.fault.split("=", 1)]) if options.fault else {}
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="canteen-network-"))
    folder.mkdir(parents=True, exist_ok=True)
    canteen = Canteen(options, folder)
    try:
        figures = play(canteen, options)
    except Failed as error:
        sys.exit(f"test-network: {error}; see {folder}")
    finally:
        canteen.close()
    print(json.dumps(figures), flush=True)
    is_fine = not figures["lost"] and not figures["duplicated"]
    if options.fault:
        is_fine = figures["refused_attackers"] < len(figures["attackers"])
    else:
        is_fine = is_fine and figures["refused_attackers"] == len(figures["attackers"])
    if is_fine and not options.keep:
        shutil.rmtree(folder)
    sys.exit(0 if is_fine else 1)


if __name__ == "__main__":
    main()

"""Judges sandbox and client with an independent WeChat Pay implementation (PyPI wechatpayv3).

Usage: wechat-judge.py JOB
JOB is a JSON file:
  merchant_file  merchant.yaml of a running sandbox
  device_id, raw_data          of a till
  out_user_id, user_name       of a contracted face user
  out_trade_no, amount, face_token
  out_refund_no, refund_amount of a part of that order
  bill_date      today in China
  captured       requests of the client under test: deduction and refund, each {method, target, authorization,
                 body}; body is base64
Prints one JSON object of findings; every finding must be true. Exit code 1 when one is not.
"""

import base64
import hashlib
import json
import pathlib
import re
import sys

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from wechatpayv3.core import Core
from wechatpayv3.type import RequestType
from wechatpayv3.utils import build_authorization


def read_merchant(path):
    """The sandbox writes one `key: "json string"` per line."""
    lines = (line.split(": ", 1) for line in path.read_text().splitlines())
    return {key: json.loads(value) for key, value in lines}


def make_core(merchant, folder):
    core = Core(
        mchid=merchant["sp_mchid"],
        cert_serial_no=merchant["certificate_serial"],
        private_key=(folder / merchant["private_key_file"]).read_text(),
        apiv3_key=(folder / merchant["api_v3_key_file"]).read_text(),
        public_key=(folder / merchant["platform_key_file"]).read_text(),
        public_key_id=merchant["platform_key_id"],
        timeout=10,
    )
    core._gate_way = merchant["base_url"]
    return core


def call(core, method, path, data=None):
    """`Core.request` raises when the signature of a success does not hold."""
    status, text = core.request(path, method, data=data)
    return status, json.loads(text)


def judge_platform(core, merchant, job):
    findings = {}
    status, answer = call(core, RequestType.POST, "/v3/offlineface/authinfo", {
        "sp_appid": merchant["sp_appid"], "sub_mchid": merchant["sub_mchid"],
        "organization_id": merchant["organization_id"],
        "device_id": job["device_id"], "raw_data": job["raw_data"],
    })
    findings["authinfo is issued"] = status == 200 and len(answer["authinfo"]) >= 400

    users = f"/v3/offlinefacemch/organizations/{merchant['organization_id']}/users/out-user-id/"
    status, user = call(core, RequestType.GET, users + job["out_user_id"])
    findings["user is contracted"] = (
        status == 200 and user["contract_state"] == "CONTRACTED" and user["status"] == "NORMAL")
    findings["user name decrypts"] = core.decrypt(user["user_name"]) == job["user_name"]

    deduction = {
        "auth_code": job["face_token"], "sp_appid": merchant["sp_appid"], "sp_mchid": merchant["sp_mchid"],
        "sub_mchid": merchant["sub_mchid"], "out_trade_no": job["out_trade_no"], "description": "午餐",
        "amount": {"total": job["amount"], "currency": "CNY"}, "scene_info": {"device_ip": "127.0.0.1"},
        "business": {"business_product_id": 2, "business_scene_id": 3},
    }
    status, paid = call(core, RequestType.POST, "/v3/offlineface/transactions", deduction)
    findings["deduction succeeds"] = (
        status == 200 and paid["trade_state"] == "SUCCESS" and paid["trade_type"] == "AUTH"
        and paid["amount"]["total"] == job["amount"] and paid["description"] == "午餐")
    status, again = call(core, RequestType.POST, "/v3/offlineface/transactions", deduction)
    findings["repetition gives the same answer"] = status == 200 and again == paid
    status, refused = call(
        core, RequestType.POST, "/v3/offlineface/transactions", {**deduction, "description": "晚餐"})
    findings["changed repetition is refused"] = status == 400 and refused["code"] == "INVALID_REQUEST"

    query = (
        f"/v3/offlineface/transactions/out-trade-no/{job['out_trade_no']}?sp_mchid={merchant['sp_mchid']}"
        f"&sub_mchid={merchant['sub_mchid']}&business_product_id=2")
    status, found = call(core, RequestType.GET, query)
    findings["query finds the same transaction"] = status == 200 and found == paid
    findings.update(judge_signatures(core, merchant, query))
    findings.update(judge_refund(core, merchant, job))
    findings.update(judge_bill(core, merchant, job))
    return findings


def judge_refund(core, merchant, job):
    """A part of the order paid before is refunded once."""
    findings = {}
    path = "/v3/refund/domestic/refunds"
    refund = {
        "sub_mchid": merchant["sub_mchid"], "out_trade_no": job["out_trade_no"],
        "out_refund_no": job["out_refund_no"], "reason": "打错金额",
        "amount": {"refund": job["refund_amount"], "total": job["amount"], "currency": "CNY"},
    }
    status, made = call(core, RequestType.POST, path, refund)
    findings["refund succeeds"] = (
        status == 200 and made["status"] == "SUCCESS" and made["out_refund_no"] == job["out_refund_no"]
        and made["amount"]["refund"] == job["refund_amount"])
    status, again = call(core, RequestType.POST, path, refund)
    findings["repeated refund is the same"] = status == 200 and again == made
    changed = {**refund, "amount": {**refund["amount"], "refund": job["refund_amount"] + 1}}
    status, refused = call(core, RequestType.POST, path, changed)
    findings["changed refund is refused"] = status == 400 and refused["code"] == "INVALID_REQUEST"
    status, found = call(
        core, RequestType.GET, f"{path}/{job['out_refund_no']}?sub_mchid={merchant['sub_mchid']}")
    findings["query finds the same refund"] = status == 200 and found == made
    return findings


def judge_bill(core, merchant, job):
    """The day's bill is the file whose hash was signed, and lists what was paid and given back."""
    status, bill = call(core, RequestType.GET, f"/v3/bill/tradebill?bill_date={job['bill_date']}")
    path = bill["download_url"].removeprefix(merchant["base_url"])
    # Files are not signed.
    answer_status, file = core.request(path, RequestType.GET, skip_verify=True)
    lines = [line.split(",") for line in file.decode().splitlines()]
    yuan = f"`{job['amount'] // 100}.{job['amount'] % 100:02}"
    refunded = f"`{job['refund_amount'] // 100}.{job['refund_amount'] % 100:02}"
    return {
        "bill has the signed hash": (
            status == 200 and answer_status == 200 and bill["hash_type"] == "SHA1"
            and hashlib.sha1(file).hexdigest() == bill["hash_value"]),
        "bill lists payment and refund": (
            [(line[6], line[9], line[24], line[25]) for line in lines[1:-2]] == [
                (f"`{job['out_trade_no']}", "`SUCCESS", yuan, "`0.00"),
                (f"`{job['out_trade_no']}", "`REFUND", "`0.00", refunded)]
            and lines[-1][-2:] == [yuan, refunded]),
    }


def judge_signatures(core, merchant, query):
    """Signatures of raw answers hold, those of errors too, and only for their own bytes."""
    findings = {}
    for name, path, expected in [
        ("success", query, 200),
        ("error", query.replace("out-trade-no/", "out-trade-no/none-"), 404),
    ]:
        authorization = build_authorization(
            path, "GET", merchant["sp_mchid"], merchant["certificate_serial"], core._private_key)
        answer = requests.get(
            merchant["base_url"] + path, headers={"Authorization": authorization}, timeout=10)
        findings[f"signature of {name} holds"] = (
            answer.status_code == expected and core._verify_signature(answer.headers, answer.text))
        findings[f"signature of changed {name} fails"] = not core._verify_signature(
            answer.headers, answer.text + " ")
        replay = requests.get(
            merchant["base_url"] + path, headers={"Authorization": authorization}, timeout=10)
        findings[f"replay of {name} is refused"] = replay.status_code == 401
    return findings


SENT_FIELDS = {
    "deduction": {
        "auth_code", "sp_appid", "sp_mchid", "sub_mchid", "out_trade_no", "description", "amount", "scene_info",
        "business",
    },
    "refund": {"sub_mchid", "out_trade_no", "out_refund_no", "amount"},
}


def judge_client(merchant, folder, kind, captured):
    """Verifies the captured request with `cryptography`, over the message as WeChat Pay documents it."""
    scheme, fields = captured["authorization"].split(" ", 1)
    fields = dict(re.findall(r'(\w+)="([^"]*)"', fields))
    body = base64.b64decode(captured["body"])
    message = "\n".join(
        [captured["method"], captured["target"], fields["timestamp"], fields["nonce_str"], ""]
    ).encode() + body + b"\n"
    key = load_pem_public_key((folder / "merchant-public-key.pem").read_bytes())
    try:
        key.verify(base64.b64decode(fields["signature"]), message, PKCS1v15(), SHA256())
        holds = True
    except InvalidSignature:
        holds = False
    sent = json.loads(body)
    return {
        f"client's signature of a {kind} holds": holds and scheme == "WECHATPAY2-SHA256-RSA2048",
        f"client names its merchant and certificate in a {kind}": (
            fields["mchid"] == merchant["sp_mchid"] and fields["serial_no"] == merchant["certificate_serial"]),
        f"client sends a {kind}": SENT_FIELDS[kind] <= set(sent) and sent["amount"]["currency"] == "CNY",
    }


def main():
    job = json.loads(pathlib.Path(sys.argv[1]).read_text())
    merchant_file = pathlib.Path(job["merchant_file"])
    merchant = read_merchant(merchant_file)
    core = make_core(merchant, merchant_file.parent)
    findings = judge_platform(core, merchant, job)
    for kind, captured in job["captured"].items():
        findings.update(judge_client(merchant, merchant_file.parent, kind, captured))
    print(json.dumps(findings, indent=2))
    return 0 if all(value is True for value in findings.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

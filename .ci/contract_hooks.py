"""Logs Schemathesis in again when a generated request has ended its session or changed its password."""

import os

import requests
import schemathesis

credentials = {"username": "admin", "password": "admin123"}


@schemathesis.auth(retry_on=[401])  # a request may have ended the session
class Token:
    def get(self, case, context):
        answer = requests.post(os.environ["CONTRACT_ADDRESS"] + "/api/login", json=credentials, timeout=10)
        answer.raise_for_status()
        return answer.json()["token"]

    def set(self, case, token, context):
        case.headers["Authorization"] = "Bearer " + token


@schemathesis.hook
def after_call(context, case, response):
    if case.operation.path == "/api/password" and response.status_code == 204:
        credentials["password"] = case.body["newPassword"]

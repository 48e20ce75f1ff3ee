"""A stand-in for Microsoft Entra ID: it gives a token to whoever asks with the right secret."""

import base64
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs

TENANT = "tenant"
CLIENT = "client"
SECRET = "c2VjcmV0LW9mLXRoZS1jbGllbnQ"


def _encoded(part: dict[str, object] | str) -> str:
    data = part if isinstance(part, str) else json.dumps(part)
    return base64.urlsafe_b64encode(data.encode()).rstrip(b"=").decode()


def token() -> str:
    """A token for Azure Storage, with a signature that is none."""
    now = int(time.time())
    claims: dict[str, object] = {
        "aud": "https://storage.azure.com",
        "iss": f"https://sts.windows.net/{TENANT}/",
        "iat": now - 60,
        "nbf": now - 60,
        "exp": now + 3600,
        "oid": "object",
        "tid": TENANT,
    }
    return ".".join(map(_encoded, ({"alg": "HS256", "typ": "JWT"}, claims, "signature")))


class Entra:
    """Listens on `port` with TLS; `certificate` is a folder with `cert.pem` and `key.pem`."""

    def __init__(self, certificate: Path) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
                right = (
                    self.path == f"/{TENANT}/oauth2/v2.0/token"
                    and asked.get("grant_type") == "client_credentials"
                    and (asked.get("client_id"), asked.get("client_secret")) == (CLIENT, SECRET)
                )
                answer: dict[str, object] = {"error": "invalid_client"}
                if right:
                    answer = {"access_token": token(), "expires_in": 3600, "token_type": "Bearer"}
                content = json.dumps(answer).encode()
                self.send_response(200 if right else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

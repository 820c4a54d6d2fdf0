"""A model behind OpenAI's protocol that always says the same, on the loopback, for tests of evaluation programs."""

import json
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.reply({"object": "list", "data": [{"id": "stub", "object": "model"}]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        whole = {"id": "stub", "created": 0, "model": "stub", "usage": usage}
        message = {"role": "assistant", "content": self.server.says}
        if not body.get("stream"):
            self.reply(whole | {"object": "chat.completion", "choices": [{"index": 0, "finish_reason": "stop", "message": message}]})
            return
        parts = [{"index": 0, "delta": message, "finish_reason": None}, {"index": 0, "delta": {}, "finish_reason": "stop"}]
        lines = [json.dumps(whole | {"object": "chat.completion.chunk", "choices": [part]}) for part in parts]
        self.send("text/event-stream", "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]))

    def reply(self, document):
        self.send("application/json", json.dumps(document))

    def send(self, kind, text):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@contextmanager
def stub_model(says):
    """The server, with `asked`: the bodies of the requests that came. Its address is `server.address`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.says, server.asked = says, []
    server.address = f"http://127.0.0.1:{server.server_port}/v1"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    with stub_model(sys.argv[1]) as served:
        print(served.address, flush=True)
        sys.stdin.read()

"""A torch model behind an address of this machine: as much of OpenAI's protocol as `sim-cli play --model` speaks."""

import json
import queue
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pretrained_model

# Requests that wait together are answered in one batch; how long the first of them waits for others.
BATCH = 16
PATIENCE = 0.05


@dataclass
class Asked:
    messages: list[dict]
    seed: int
    temperature: float
    tokens: int
    answer: str = ""
    done: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.reply({"data": [{"id": pretrained_model.NAME}]} if self.path.endswith("/models") else {"status": "ok"})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = Asked(body["messages"], int(body.get("seed") or 0) % 2**63, float(body.get("temperature", 1.0)),
                      int(body.get("max_tokens") or body.get("max_completion_tokens") or 64))
        self.server.waiting.put(asked)
        asked.done.wait()
        self.reply({
            "model": pretrained_model.NAME, "object": "chat.completion",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": asked.answer}}],
            "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}})

    def reply(self, document):
        text = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def answer(model, words, waiting: queue.Queue):
    """Answers requests in batches of one temperature and length, until None is asked."""
    while True:
        part = [waiting.get()]
        if part[0] is None:
            return
        while len(part) < BATCH:
            try:
                following = waiting.get(timeout=PATIENCE)
            except queue.Empty:
                break
            if following is None or (following.temperature, following.tokens) != (part[0].temperature, part[0].tokens):
                waiting.put(following)
                break
            part.append(following)
        texts = pretrained_model.sample(
            model, words, [one.messages for one in part], [one.seed for one in part], part[0].temperature, part[0].tokens)
        for one, text in zip(part, texts):
            one.answer = text or "…"      # an answer without a word is no answer to label
            one.done.set()


@contextmanager
def served(model, words):
    """The model's address on the loopback, while it is served by threads of this process."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.waiting = queue.Queue()
    threads = [threading.Thread(target=server.serve_forever, daemon=True),
               threading.Thread(target=answer, args=(model, words, server.waiting), daemon=True)]
    for thread in threads:
        thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.waiting.put(None)
        server.server_close()

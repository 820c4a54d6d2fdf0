"""A program that speaks protocol 1 without a game, for tests of the client where there is no sim-cli.

A conversation has three turns at most; `stop` ends it at once. Who the user is follows from seed and episode alone: the message
names both. Rewards: 1 for `stop`, 0.25 for `go`. It also stands for "a server that does nothing" where rates are compared.
"""

import json
import sys
import time

RESPONSES = ["go", "stop"]
DESCRIPTION = {
    "protocol": 1, "program": "stub", "scenario": "stub", "horizon": 3, "discount": 1.0, "responses": RESPONSES,
    "features": ["warmth"], "cues": ["plain", "urgent"], "reactions": ["ask"],
    "outcomes": [{"name": "helped", "safe": True}, {"name": "unresolved", "safe": True}], "users": ["owner", "thief"],
    "states": ["calm"], "reward": "payoff", "policy": "reference", "value": 0.5, "reveals": False, "labeller": None}


class Stub:
    def __init__(self, belief: bool):
        self.belief = belief
        self.sessions = {}
        self.next = 0

    def answer(self, request):
        try:
            reply = getattr(self, request["op"])(request)
        except Refused as refused:
            reply = {"session": request.get("session", "0"), "error": {"code": refused.code, "message": str(refused)}}
        return reply | ({"id": request["id"]} if "id" in request else {})

    def describe(self, _):
        return DESCRIPTION | {"believes": self.belief}

    def wait(self, request):
        """What takes long to answer, for tests of what is interrupted meanwhile."""
        time.sleep(request["seconds"])
        return {"waited": request["seconds"]}

    def reset(self, request):
        seed, episode = int(request.get("seed", "1")), request.get("episode", 0)
        if not 0 <= seed < 2**64 or type(episode) is not int or episode < 0:
            raise Refused("bad_request", "no such seed or episode")
        if "user" in request:
            raise Refused("needs_reveal", "users are chosen with --reveal only")
        episode = request.get("episode", self.next)
        self.next = max(self.next, episode + 1)
        session = self.sessions[request.get("session", "0")] = {"turn": 1, "done": False, "seed": request.get("seed", "1"),
                                                                "episode": episode, "return": 0.0}
        words = f"{session['seed']}/{episode}"
        return self.seen(request, session) | {
            "message": words, "messages": [{"role": "user", "content": words}], "reward": 0.0, "episode": episode,
            "seed": session["seed"]}

    def step(self, request):
        session = self.sessions.get(request.get("session", "0"))
        if session is None:
            raise Refused("unknown_session", "no such session")
        if session["done"]:
            raise Refused("finished", "the conversation is over")
        said = request.get("response", 0)
        if "features" in request and not all(type(value) in (int, float) for value in request["features"]):
            raise Refused("bad_request", "features are numbers")
        if isinstance(said, str):
            if said not in RESPONSES:
                raise Refused("bad_request", f"{said} is no response")
            said = RESPONSES.index(said)
        reward = [0.25, 1.0][said]
        session["return"] += reward
        session["done"] = said == 1 or session["turn"] == DESCRIPTION["horizon"]
        if not session["done"]:
            session["turn"] += 1
        reply = self.seen(request, session) | {"message": "and then?", "reward": reward, "response": RESPONSES[said]}
        if session["done"]:
            reply |= {"outcome": "helped" if said == 1 else "unresolved", "safe": True, "payoff": session["return"]}
        return reply

    def state(self, request):
        session = self.sessions.get(request.get("session", "0"))
        if session is None:
            raise Refused("unknown_session", "no such session")
        return self.seen(request, session) | {"message": "", "return": session["return"]}

    def close(self, request):
        if self.sessions.pop(request.get("session", "0"), None) is None:
            raise Refused("unknown_session", "no such session")
        return {"session": request.get("session", "0"), "closed": True}

    def seen(self, request, session):
        over, begun = session["done"], session["turn"] > 1
        seen = {
            "session": request.get("session", "0"), "turn": session["turn"], "done": over,
            "cue": None if over else ["plain", "urgent"][session["episode"] % 2],
            "reaction": "ask" if begun and not over else None, "observation": None}
        if self.belief:
            seen["belief"] = {"users": {"owner": 0.75, "thief": 0.25}, "states": {"calm": 1.0}, "joint": [0.75, 0.25]}
        return seen


class Refused(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def main():
    arguments = sys.argv[1:]
    if arguments[:1] != ["play"] or "missing.yaml" in arguments[1]:
        print(json.dumps({"format": 1, "errors": [{"message": "no such scenario", "file": arguments[-1], "line": 3}]}))
        print("stub: wrong", file=sys.stderr)
        sys.exit(65)
    stub = Stub("--belief" in arguments)
    for line in sys.stdin:
        try:
            request = json.loads(line)
        except ValueError:
            reply = {"error": {"code": "bad_request", "message": "no JSON"}}
        else:
            reply = [stub.answer(one) for one in request] if isinstance(request, list) else stub.answer(request)
        print(json.dumps(reply), flush=True)


main()

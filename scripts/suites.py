"""Runs every suite of the tests in a process of its own, with a limit, and prints what became of them by room.

usage: suites.py TESTS FOLDER [--filter REGEX] [--skip REGEX] [--seconds 240] [--jobs 1]

TESTS is the built test program. A suite that uses more than that many seconds of processor time (or four times as many of
waiting) is ended: what it had tested until then counts, and the table says that it was ended. A suite that was run is kept in FOLDER, by name:
the same command goes on where it was stopped. Ends with 1 where a test failed or a sanitizer found something.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FINDING = re.compile(r"ERROR: AddressSanitizer|WARNING: ThreadSanitizer")
WAITING = 4  # times the limit of processor seconds: children and addresses are waited for without using any


def suites(tests: Path) -> list[str]:
    """`Target.Suite` of every test, in order, each once."""
    listed = subprocess.run([tests, "--list-tests", "--testing-library", "swift-testing"], capture_output=True, text=True, check=True)
    return list(dict.fromkeys(line.split("/")[0] for line in listed.stdout.splitlines() if "." in line))


def run(tests: Path, suite: str, log: Path, seconds: int) -> dict:
    """What became of one suite. `ended` says that it met a limit."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 10))
    pattern = "^" + re.escape(suite) + "([/(]|$)"
    began = time.monotonic()
    with open(log, "wb") as file:
        child = subprocess.Popen([tests, "--testing-library", "swift-testing", "--filter", pattern],
                                 stdout=file, stderr=subprocess.STDOUT, preexec_fn=limit)
        try:
            code = child.wait(seconds * WAITING)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
    text = log.read_text(errors="replace")
    findings = len(FINDING.findall(text))
    whole = re.search(r"Test run with \d+ tests?.* (passed|failed) after", text)
    passed = len(re.findall(r"^✔ Test (?!run )", text, re.M))
    failed = len(re.findall(r"^✘ Test (?!run |case )", text, re.M))
    ended = whole is None and findings == 0 and code in (-24, -9)  # SIGXCPU, SIGKILL
    return {"suite": suite, "passed": passed, "failed": failed, "findings": findings, "ended": ended, "code": code,
            "seconds": round(time.monotonic() - began, 1)}


def table(results: list[dict]) -> bool:
    rooms = defaultdict(list)
    for result in results:
        rooms[result["suite"].split(".")[0].removesuffix("Tests")].append(result)
    print("| room | suites | tests passed | failed | findings | suites ended by the limit |\n|---|---|---|---|---|---|")
    for room, found in sorted(rooms.items()) + [("all", results)]:
        total = lambda key: sum(result[key] for result in found)
        print(f"| {room} | {len(found)} | {total('passed')} | {total('failed')} | {total('findings')} | {total('ended')} |")
    for result in results:
        if result["ended"]:
            print(f"ended by the limit: {result['suite']} after {result['passed']} tests")
        elif result["code"] != 0 or result["failed"] or result["findings"]:
            print(f"not well: {result['suite']}: code {result['code']}, {result['failed']} failed, {result['findings']} findings")
    return all(result["ended"] or (result["code"] == 0 and not result["failed"] and not result["findings"]) for result in results)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("tests", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--filter", action="append", default=[])
    parser.add_argument("--skip", action="append", default=[])
    parser.add_argument("--seconds", type=int, default=240)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    chosen = [name for name in suites(given.tests)
              if (not given.filter or any(re.search(one, name) for one in given.filter))
              and not any(re.search(one, name) for one in given.skip)]

    def kept(suite: str) -> dict:
        place = given.folder / f"{suite}.json"
        if place.is_file():
            return json.loads(place.read_text())
        result = run(given.tests, suite, given.folder / f"{suite}.log", given.seconds)
        place.write_text(json.dumps(result) + "\n")
        print(f"{suite:60} {result['seconds']:7.1f} s  {result['passed']} passed"
              f"{', ended by the limit' if result['ended'] else ''}{', FINDINGS' if result['findings'] else ''}", file=sys.stderr, flush=True)
        return result

    with ThreadPoolExecutor(given.jobs) as pool:
        results = list(pool.map(kept, chosen))
    if not results:
        print("no suite has such a name")
        return 64
    return 0 if table(results) else 1


sys.exit(main())

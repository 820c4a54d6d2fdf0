"""Lines that tests run, by room, and the ten largest functions that none runs; from `llvm-cov export`'s JSON."""

import json
import os
import sys
from collections import defaultdict


def main(path, root):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)["data"][0]
    rooms = defaultdict(lambda: [0, 0])
    for item in data["files"]:
        name = os.path.relpath(item["filename"], root)
        if not name.startswith("Sources/"):
            continue
        lines = item["summary"]["lines"]
        room = rooms[name.split("/")[1]]
        room[0] += lines["covered"]
        room[1] += lines["count"]
    print("| room | lines | run | |\n|---|---|---|---|")
    total = [sum(room[index] for room in rooms.values()) for index in (0, 1)]
    for name, (covered, count) in sorted(rooms.items()) + [("all", total)]:
        print(f"| `{name}` | {count} | {covered} | {100 * covered / max(count, 1):.1f} % |")

    # A function may stand in several programs: it is run if one of them runs it.
    functions = {}
    for item in data["functions"]:
        name = os.path.relpath(item["filenames"][0], root)
        if not name.startswith("Sources/"):
            continue
        regions = [region for region in item["regions"] if region[7] == 0 and region[5] == 0]
        first, last = min(r[0] for r in regions), max(r[2] for r in regions)
        key = (name, first, last)
        functions[key] = max(functions.get(key, 0), item["count"])
    holes = sorted((first - last, name, first, last) for (name, first, last), count in functions.items() if count == 0)
    print("\n| function that no test runs | lines |\n|---|---|")
    for lines, name, first, last in holes[:10]:
        print(f"| {name}:{first}–{last} | {1 - lines} |")


main(*sys.argv[1:])

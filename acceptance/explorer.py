"""Whether the explorer holds what it promises, in a real browser and against whoever else may ask.

usage: explorer.py PROGRAM SCENARIOS FOLDER [--screenshots FOLDER]

A user's walk in Debian's Chromium: numbers are moved, a conversation is led, changes are saved and a report is exported; what is
shown is compared with `evaluate --set`, digit for digit. Then two tabs at a time, a tab that is closed while it searches, requests
that must be refused, texts that try to be more than texts; and how fast and how large it is. Ends with 1 where a gate is missed.
"""

import argparse
import http.client
import json
import re
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

READY = "body[data-solved][data-talked][data-stripped]"
HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)> {{name}} {{{name}}}"
MOVES = 60  # slider moves that are timed
CHANGES = 1000  # requests after which memory is looked at
LARGEST = 400  # MiB that the server may have then
SLOWEST = 1000  # ms at the median, while another tab searches on all cores


class Server:
    """A running `serve`."""

    def __init__(self, program, arguments):
        self.process = subprocess.Popen(
            [program, "serve", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().strip()
        if not line.startswith("http://127.0.0.1:"):
            sys.exit(f"serve gave no address: {line}\n{self.process.stderr.read()}")
        self.address = line
        self.base, self.token = line.split("/?token=")
        self.port = int(self.base.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(2)
        self.status = self.process.wait(timeout=10)

    def request(self, method, path, body=None, **headers):
        """The status and the bytes of an answer; headers that are None are left out."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        own = {"Host": f"127.0.0.1:{self.port}", "X-Nacre-Token": self.token, "Content-Type": "application/json"}
        own.update({name.replace("_", "-"): value for name, value in headers.items()})
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in own.items():
            if value is not None:
                connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        if body is not None:
            try:
                connection.send(body)
            except OSError:
                pass  # refused before it was read
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content

    def ask(self, path, body):
        status, content = self.request("POST", path, json.dumps(body).encode())
        assert status == 200, content
        return json.loads(content)

    def rss(self):
        """MiB of memory."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024

    def cpu(self):
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100


class Check:
    def __init__(self, program, scenarios, folder, browser, screenshots, assets):
        self.program, self.scenarios, self.folder = program, scenarios, folder
        self.browser, self.screenshots, self.assets = browser, screenshots, assets
        self.failures = []

    def gate(self, holds, text):
        if not holds:
            self.failures.append(text)
            print(f"MISSED  {text}")

    def evaluate(self, file, policy, changes):
        sets = [part for path, value in changes for part in ("--set", f"{path}={value!r}")]
        done = subprocess.run(
            [self.program, "evaluate", str(file), "--policy", policy, "--json", *sets], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def open(self, server, scheme="light", width=1440, ready=READY):
        context = self.browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce", accept_downloads=True)
        if self.assets:
            for asset in self.assets.iterdir():
                if asset.suffix in (".js", ".css"):
                    kind = "text/css" if asset.suffix == ".css" else "text/javascript"
                    context.route(f"**/{asset.name}", self.given(asset, kind))
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.errors, page.foreign = [], []
        page.on("console", lambda message: page.errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("dialog", lambda dialog: (page.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: page.foreign.append(request.url)
                if not request.url.startswith((server.base, "data:", "blob:")) else None)
        page.goto(server.address)
        page.wait_for_selector(ready)
        return page

    @staticmethod
    def given(path, kind):
        return lambda route: route.fulfill(path=path, content_type=kind)

    def close(self, page, what):
        self.gate(not page.errors, f"{what}: console: {page.errors[:1]}")
        self.gate(not page.foreign, f"{what}: request beyond loopback: {page.foreign[:1]}")
        page.context.close()

    # The walk

    def walk(self):
        file = self.scenarios / "self-harm-question.yaml"
        with Server(self.program, [file]) as server:
            page = self.open(server)
            self.gate("token" not in page.url, "the token stays in the address")
            before = page.locator("#totals .now").first.get_attribute("data-value")
            best = page.locator("#totals .best").first.get_attribute("data-value")
            self.change(page, "users.distressed.prior", "0.5")
            self.gate(page.locator("#totals .now").first.get_attribute("data-value") != before, "the payoff does not change")
            page.wait_for_selector("body[data-solved]:not([data-solved='1'])")
            self.gate(page.locator("#totals .best").first.get_attribute("data-value") != best, "the best policy does not change")
            changes = [("users.distressed.prior", 0.5)]
            self.digits(page, file, changes)
            # Another kind of number, found by its name; and a slider by hand.
            page.fill("#find", "benign payoff helped")
            self.change(page, "users.benign.payoff.helped", "1.75")
            changes.append(("users.benign.payoff.helped", 1.75))
            page.fill("#find", "malicious exploited at_most")
            self.change(page, "objective.constraints.malicious.exploited.at_most", "0.6")
            changes.append(("objective.constraints.malicious.exploited.at_most", 0.6))
            page.fill("#find", "")
            self.digits(page, file, changes)
            slider = page.locator("div.number[data-path='users.malicious.prior'] input[type=range]")
            count = page.locator("body").get_attribute("data-evaluated")
            slider.focus()
            slider.press("ArrowRight")
            page.wait_for_selector(f"body:not([data-evaluated='{count}'])")
            page.wait_for_timeout(500)
            # What is shown are the numbers of the last request, whose list the dialog of saving says.
            self.talk(page)
            self.save(page, file)
            if page.locator("#report").is_visible():
                with page.expect_download(timeout=120_000) as download:
                    page.click("#report")
                out = self.folder / "exported.html"
                download.value.save_as(out)
                text = out.read_text()
                self.gate("painkillers" in text and "0.5" in text, "the report is not of this scenario")
            else:
                self.gate(False, "no report can be exported")
            page.click("#reset")
            page.wait_for_timeout(600)
            self.gate(page.locator("#totals .now").first.get_attribute("data-value") == before, "reset does not give the numbers back")
            self.close(page, "walk")
        self.gate(server.status == 0, f"Ctrl-C ends with {server.status}")

    def change(self, page, path, value):
        count = page.locator("body").get_attribute("data-evaluated")
        field = page.locator(f"div.number[data-path='{path}'] input[type=number]:visible").first
        field.fill(value)
        field.press("Enter")
        field.evaluate("(e) => e.blur()")
        page.wait_for_selector(f"body:not([data-evaluated='{count}'])")

    def digits(self, page, file, changes):
        """What is on the page is what `evaluate --set` says, digit for digit."""
        policy = page.locator("#policy").input_value()
        page.wait_for_timeout(300)
        told = self.evaluate(file, policy, changes)["policies"][0]
        for row, key in enumerate(("payoff", "safe", "turns")):
            shown = float(page.locator("#totals .now").nth(row).get_attribute("data-value"))
            self.gate(shown == told[key], f"{key}: {shown} on the page, {told[key]} by evaluate")
        page.locator("#bars details.exact").evaluate("(e) => { e.open = true }")
        rows = page.locator("#bars details.exact tbody tr")
        for index in range(rows.count()):
            row = rows.nth(index)
            user, outcome = row.get_attribute("data-user"), row.get_attribute("data-outcome")
            shown = float(row.locator("td[data-column=now]").get_attribute("data-value"))
            self.gate(shown == told["outcomes"][user][outcome], f"{user} {outcome}: {shown} on the page")
        self.compared = getattr(self, "compared", 0) + 3 + rows.count()

    def talk(self, page):
        def counted(action):
            count = page.locator("body").get_attribute("data-talked")
            action()
            page.wait_for_selector(f"body:not([data-talked='{count}'])")
        counted(lambda: page.click("#talk-policy"))
        messages = page.locator("#talk-messages .message")
        self.gate(messages.count() == 3, "the policy does not answer")
        if page.locator("#talk-go").count() == 0 and page.locator("#talk-answers").count() == 0:
            counted(lambda: page.click("#talk-back"))
        page.locator("#talk-answers tr[data-response=ask_gently] button").click()
        options = page.locator("#talk-choose-reaction option").all_inner_texts()
        value = next(index for index, text in enumerate(options) if text.startswith("disclose"))
        page.locator("#talk-choose-reaction").select_option(index=value)
        before = float(page.locator("#talk-belief tbody tr").nth(1).locator("td").first.get_attribute("data-value"))
        counted(lambda: page.click("#talk-go"))
        after = float(page.locator("#talk-belief tbody tr").nth(1).locator("td").first.get_attribute("data-value"))
        self.gate(after > before, "a disclosure says nothing of distress")
        self.gate("your choice" in page.locator("#talk-messages").inner_text(), "who chose is not said")
        counted(lambda: page.click("#talk-end"))
        self.gate(page.locator("#talk-outcome").count() == 1, "the conversation does not end")
        counted(lambda: page.click("#talk-back"))

    def save(self, page, file):
        page.click("#save")
        page.wait_for_selector("#saved-options")
        options = page.locator("#saved-options").inner_text().strip().splitlines()
        self.gate(len(options) == 4, f"{len(options)} options for 4 changes")
        changes = [(line[6:].rsplit("=", 1)[0], float(line.rsplit("=", 1)[1])) for line in options]
        self.digits_in(page, file, changes)
        with page.expect_download() as download:
            page.get_by_text("Download the difference").click()
        difference = self.folder / "changes.diff"
        download.value.save_as(difference)
        copy = self.folder / "changed.yaml"
        copy.write_bytes(file.read_bytes())
        if subprocess.run(["patch", "--version"], capture_output=True).returncode == 0:
            done = subprocess.run(["patch", str(copy), str(difference)], capture_output=True, text=True)
            self.gate(done.returncode == 0, f"patch: {done.stdout}{done.stderr}")
            policy = page.locator("#policy").input_value()
            patched, told = self.evaluate(copy, policy, []), self.evaluate(file, policy, changes)
            # Shares that are written and read again are the same numbers; the file may say them in another order.
            for key in ("payoff", "safe", "turns"):
                self.gate(abs(patched["policies"][0][key] - told["policies"][0][key]) < 1e-12, f"patched {key}")
        page.keyboard.press("Escape")

    def digits_in(self, page, file, changes):
        told = self.evaluate(file, page.locator("#policy").input_value(), changes)["policies"][0]
        shown = float(page.locator("#totals .now").first.get_attribute("data-value"))
        self.gate(shown == told["payoff"], f"after a slider: {shown} on the page, {told['payoff']} by evaluate")

    # How it looks, and who can use it

    def looks(self):
        store = self.folder / "runs.sqlite"
        for policy in ("reference", "always:guide"):
            subprocess.run(
                [self.program, "evaluate", str(self.scenarios / "starter.yaml"), "--policy",
                 "reference" if policy == "reference" else "uniform", "--store", str(store)], check=True, capture_output=True)
        total = 0
        for name in ("self-harm-question", "keeps-asking", "starter"):
            extra = ["--store", store] if name == "starter" else []
            with Server(self.program, [self.scenarios / f"{name}.yaml", *extra]) as server:
                for scheme in ("light", "dark"):
                    for width in (1440, 390):
                        total += self.look(server, name, scheme, width, bool(extra))
        print(f"axe: {total} violations")

    def look(self, server, name, scheme, width, has_runs):
        page = self.open(server, scheme, width)
        place = f"{name}, {scheme}, {width} px"
        page.click("#talk-policy")
        page.wait_for_timeout(300)
        buttons = page.locator("#talk-answers tr[data-response] button")
        if buttons.count():
            buttons.first.click()
        page.check("#talk-hidden")
        if has_runs:
            page.wait_for_selector("#runs tr[data-run]")
            for box in page.locator("#runs input[type=checkbox]").all():
                box.check()
            page.click("#compare")
            page.wait_for_selector("#beside table")
        self.wide(page, place)
        page.evaluate("window.scrollTo(0, 0)")
        if self.screenshots:
            page.screenshot(path=str(self.screenshots / f"explorer-{name}-{scheme}-{width}.png"), full_page=True)
        page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true })")
        page.wait_for_timeout(200)
        self.wide(page, f"{place}, opened")
        own = len(page.errors)
        found = Axe().run(page).response["violations"]
        del page.errors[own:]  # what axe itself tries is no error of the page
        for violation in found:
            node = violation["nodes"][0]
            self.gate(False, f"axe, {place}: {violation['id']}: {node['html'][:160]}: {node['failureSummary'][:200]}")
        self.close(page, place)
        return len(found)

    def wide(self, page, place):
        self.gate(not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), f"wider than the window: {place}")

    # Two tabs, and one that goes

    def tabs(self):
        with Server(self.program, [self.scenarios / "dual-use-technical.yaml"]) as server:
            first, second = self.open(server), self.open(server)
            first.fill("#search-gap", "0")
            first.fill("#search-seconds", "600")
            first.click("#search-start")
            first.wait_for_selector("#search-status:has-text('found')")
            times = self.timed(second, 12, "evaluated")
            status = first.locator("#search-status").inner_text()
            self.gate("exceeds" in status, f"the bounds are not shown: {status}")
            median = statistics.median(times)
            print(f"another tab, while one searches on all cores: {median:.0f} ms at the median")
            self.gate(median < SLOWEST, f"a tab waits {median:.0f} ms for another's search")
            self.close(first, "a tab that searches")
            self.gate(self.rests(server, 8), "a search goes on without its tab")
            # One that is stopped ends too.
            second.fill("#search-gap", "0")
            second.click("#search-start")
            second.wait_for_selector("#search-status:has-text('found')")
            second.click("#search-stop")
            self.gate(self.rests(server, 8), "a search goes on after it was stopped")
            self.close(second, "the other tab")

    def rests(self, server, seconds):
        """Whether the server does next to nothing before long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            before = server.cpu()
            time.sleep(0.5)
            if server.cpu() - before < 0.1:
                return True
        return False

    # Who is refused

    def refusals(self):
        with Server(self.program, [self.scenarios / "starter.yaml"]) as server:
            listening = subprocess.run(["ss", "-ltnp"], capture_output=True, text=True).stdout
            own = [line for line in listening.splitlines() if f"pid={server.process.pid}," in line]
            self.gate(len(own) == 1 and f"127.0.0.1:{server.port}" in own[0], f"listens elsewhere: {own}")
            body = json.dumps({"policy": "reference", "set": []}).encode()
            wrong = [
                (200, {}), (403, {"Host": "evil.example"}), (403, {"Host": None}), (403, {"Host": "127.0.0.1"}),
                (403, {"Origin": "http://evil.example"}), (403, {"Origin": "null"}), (403, {"X_Nacre_Token": None}),
                (403, {"X_Nacre_Token": "0" * 32}), (415, {"Content_Type": "text/plain"}),
            ]
            for status, headers in wrong:
                found, content = server.request("POST", "/api/evaluate", body, **headers)
                self.gate(found == status, f"{headers}: {found} and not {status}")
                self.gate("error" in json.loads(content) or status == 200, f"{headers}: no reason is given")
            for path, text, status in (
                ("/api/evaluate", b"{", 400), ("/api/evaluate", b"\xff\xfe", 400), ("/api/evaluate", b"[1]", 400),
                ("/api/evaluate", b'{"policy": "nobody"}', 400), ("/api/nothing", b"{}", 404),
                ("/api/evaluate", b" " * (1 << 20) + body, 413), ("/api/evaluate", b"[" * 5000, 400),
            ):
                found, content = server.request("POST", path, text)
                self.gate(found == status and "error" in json.loads(content), f"{path} {text[:20]}: {found} and not {status}")
            # Far too much is refused, and others are answered meanwhile.
            begin = time.monotonic()
            found, _ = server.request("POST", "/api/evaluate", b"x" * 20_000_000)
            self.gate(found == 413, f"20 MB: {found} and not 413")
            self.gate(server.request("POST", "/api/evaluate", body)[0] == 200, "it does not answer after 20 MB")
            self.gate(time.monotonic() - begin < 20, "20 MB take too long to refuse")
            # What is no HTTP at all is closed, and nobody else notices.
            for junk in (b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"):
                with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
                    connection.sendall(junk)
            self.gate(server.request("POST", "/api/evaluate", body)[0] == 200, "it does not answer after junk")

    def hostile(self):
        text = (self.scenarios / "starter.yaml").read_text()
        bad = HOSTILE + " \\e[31m \\u202Eabc"
        text = re.sub(r"(?m)^title:.*$", lambda _: f'title: "{bad}"', text, count=1)
        text = re.sub(r'content: "[^"]*"', lambda _: f'content: "{bad}"', text)
        file = self.folder / "hostile.yaml"
        file.write_text(text)
        with Server(self.program, [file]) as server:
            page = self.open(server)
            shown = page.locator("h1").inner_text()
            self.gate("<script>alert(1)</script>" in shown and "{{name}}" in shown and "\\u{202E}" in shown, f"the title is not shown as it is: {shown}")
            message = page.locator("#talk-messages .bubble").first.inner_text()
            self.gate("<img src=x" in message and "\\u{1B}" in message, f"a message is not shown as it is: {message}")
            self.gate(page.locator("img").count() == 0, "a text became an element")
            self.close(page, "hostile texts")

    # How fast, how large

    def timed(self, page, count, what):
        """Milliseconds from a move of the slider to the numbers that follow, as the page shows them."""
        return page.evaluate(
            """async ([count, what]) => {
                const slider = document.querySelector("div.number input[type=range]");
                const times = [];
                for (let index = 0; index < count; index += 1) {
                    const before = document.body.dataset[what];
                    const start = performance.now();
                    slider.value = String(0.1 + 0.8 * ((index * 0.618) % 1));
                    slider.dispatchEvent(new Event("input", { bubbles: true }));
                    await new Promise((done) => {
                        const watch = new MutationObserver(() => {
                            if (document.body.dataset[what] !== before) { watch.disconnect(); done(); }
                        });
                        watch.observe(document.body, { attributes: true });
                    });
                    times.push(performance.now() - start);
                    // A move at a time: what the hand does between two is not measured.
                    await new Promise((done) => setTimeout(done, 400));
                }
                return times;
            }""", [count, what])

    def speed(self):
        print(f"{'scenario':24}{'numbers, ms':>14}{'95 %':>7}{'solved, ms':>12}{'95 %':>7}{'MiB':>6}{'after':>7}")
        for name in ("self-harm-question", "dual-use-technical", "general-assistant", "keeps-asking", "starter"):
            with Server(self.program, [self.scenarios / f"{name}.yaml"]) as server:
                page = self.open(server)
                numbers, solved = self.timed(page, MOVES, "evaluated"), self.timed(page, MOVES // 3, "solved")
                self.close(page, f"speed, {name}")
                before = server.rss()
                path = next(one["path"] for one in server.ask("/api/scenario", {})["numbers"] if one["group"] == "shares")
                for index in range(CHANGES):
                    server.ask("/api/evaluate", {"policy": "reference", "set": [{"path": path, "value": 0.1 + 0.0008 * index}]})
                after = server.rss()
                late = lambda times: statistics.quantiles(times, n=20)[-1]
                print(f"{name:24}{statistics.median(numbers):14.1f}{late(numbers):7.1f}{statistics.median(solved):12.1f}"
                      f"{late(solved):7.1f}{before:6.0f}{after:7.0f}")
                self.gate(after < LARGEST, f"{name}: {after:.0f} MiB after {CHANGES} changes")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("scenarios", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--screenshots", type=Path)
    parser.add_argument(
        "--assets", type=Path, help="scripts and styles from here instead of the program's, to work on the page without a build")
    parser.add_argument("--only", action="append", help="this part only; may be repeated")
    options = parser.parse_args()
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        check = Check(options.program, options.scenarios, options.folder.resolve(), browser, options.screenshots, options.assets)
        for part in ("walk", "looks", "tabs", "refusals", "hostile", "speed"):
            if not options.only or part in options.only:
                getattr(check, part)()
        browser.close()
    if hasattr(check, "compared"):
        print(f"{check.compared} numbers compared with evaluate --set, digit for digit")
    print("all gates hold" if not check.failures else f"{len(check.failures)} gates missed")
    return 1 if check.failures else 0


if __name__ == "__main__":
    sys.exit(main())

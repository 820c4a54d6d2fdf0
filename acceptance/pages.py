"""Whether report pages hold what they promise, in a real browser without a network.

usage: pages.py PROGRAM SCENARIOS FOLDER [--screenshots FOLDER]

For every shipped scenario and for a run of a suite a page is made, opened from file:// offline, in light and dark, 1440 and 390
pixels wide, and printed. Ends with 1 where a gate is missed: errors in the console, requests beyond the file, violations that axe
finds, a page wider than its window, a page above 2 MB, one that differs when made again, or filters and sliders that do nothing.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

LARGEST = 2_000_000  # bytes, with 200 conversations
WIDTHS = (1440, 390)
SCHEMES = ("light", "dark")
SCENARIOS = (
    "starter", "general-assistant", "self-harm-question", "dual-use-technical", "health-misinformation",
    "benign-but-scary", "keeps-asking",
)


class Check:
    """Makes pages, and looks at them."""

    def __init__(self, program, browser, folder, screenshots):
        self.program, self.browser, self.folder, self.screenshots = program, browser, folder, screenshots
        self.failures = []
        print(f"{'page':24}{'kB':>7}{'made s':>8}{'paint ms':>10}{'axe':>5}{'errors':>8}{'pdf pages':>11}")

    def fail(self, name, text):
        self.failures.append(f"{name}: {text}")

    def page(self, name, arguments):
        """Makes a page twice, once on one thread, and looks at it."""
        out = self.folder / f"{name}.html"
        start = time.monotonic()
        self.run(["report", *arguments, "--out", str(out), "--force", "--quiet"])
        seconds = time.monotonic() - start
        first = out.read_bytes()
        self.run(["report", *arguments, "--out", str(out), "--force", "--quiet", "--threads", "1"])
        if out.read_bytes() != first:
            self.fail(name, "other bytes on one thread")
        if len(first) > LARGEST:
            self.fail(name, f"{len(first)} bytes")
        errors, requests, paints, violations = [], [], [], 0
        for scheme in SCHEMES:
            for width in WIDTHS:
                found = self.look(name, out, scheme, width, errors, requests, paints)
                violations += found
        pages = self.printed(name, out)
        if errors:
            self.fail(name, f"console: {errors[0]}")
        if requests:
            self.fail(name, f"request: {requests[0]}")
        paint = sorted(paints)[len(paints) // 2]
        print(f"{name:24}{len(first) / 1000:7.0f}{seconds:8.1f}{paint:10.0f}{violations:5}{len(errors):8}{pages:11}", flush=True)

    def run(self, arguments):
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            sys.exit(f"sim-cli {' '.join(arguments)}\n{done.stderr}{done.stdout}")
        return done.stdout

    def look(self, name, out, scheme, width, errors, requests, paints):
        context = self.browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}, offline=True, reduced_motion="reduce")
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: requests.append(request.url) if request.url != out.as_uri() else None)
        page.goto(out.as_uri())
        paint = page.evaluate(
            "() => (performance.getEntriesByType('paint').find((e) => e.name === 'first-contentful-paint') || {}).startTime")
        paints.append(paint or 0)
        place = f"{scheme}, {width} px"
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            self.fail(name, f"wider than the window: {place}")
        self.screenshot(page, f"{name}-{scheme}-{width}")
        if scheme == "light":
            self.use(page, name, place)
        # What is closed is looked at too.
        page.evaluate("document.querySelectorAll('section:not(#conversations) details').forEach((e) => { e.open = true })")
        page.evaluate("document.querySelectorAll('#conversations details:not([hidden])').forEach((e) => { e.open = true })")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            self.fail(name, f"wider than the window when opened: {place}")
        own = len(errors)
        found = Axe().run(page).response["violations"]
        del errors[own:]  # what axe itself tries is no error of the page
        for violation in found:
            node = violation["nodes"][0]
            self.fail(name, f"axe, {place}: {violation['id']}: {node['html'][:160]}: {node['failureSummary'][:200]}")
        context.close()
        return len(found)

    def use(self, page, name, place):
        """Filters show fewer conversations, all of the chosen kind; the slider changes the numbers, and gives them back."""
        select = page.locator("#by-outcome")
        if select.count():
            value = page.locator("#talks details").first.get_attribute("data-o")
            select.select_option(value)
            shown = page.locator("#talks details:not([hidden])")
            kinds = set(shown.evaluate_all("all => all.map((e) => e.dataset.o)"))
            if kinds != {value}:
                self.fail(name, f"the filter of endings shows {kinds}: {place}")
            select.select_option("")
            page.fill("#by-text", "no text has these words in it")
            if page.locator("#talks details:not([hidden])").count():
                self.fail(name, f"the search finds what is not there: {place}")
            page.fill("#by-text", "")
        slider = page.locator("#mix-share")
        if slider.count():
            before = page.locator("#mix-figures").inner_text()
            slider.focus()
            page.keyboard.press("Home")
            middle = page.locator("#mix-figures").inner_text()
            page.locator("#mix-reset").click()
            if middle == before or page.locator("#mix-figures").inner_text() != before:
                self.fail(name, f"the slider does not change the numbers and give them back: {place}")
        page.evaluate("window.scrollTo(0, 0)")

    def printed(self, name, out):
        context = self.browser.new_context(offline=True)
        page = context.new_page()
        page.goto(out.as_uri())
        data = page.pdf(format="A4", print_background=True)
        if self.screenshots:
            (self.screenshots / f"{name}.pdf").write_bytes(data)
        context.close()
        return data.count(b"/Type /Page\n") or data.count(b"/Type /Page ") or data.count(b"/Type /Page/")

    def screenshot(self, page, name):
        if self.screenshots:
            page.screenshot(path=str(self.screenshots / f"{name}.png"), full_page=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("scenarios", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--screenshots", type=Path)
    parser.add_argument("--only", action="append", help="this page only; may be repeated")
    options = parser.parse_args()
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        check = Check(options.program, browser, options.folder.resolve(), options.screenshots)
        wanted = lambda name: not options.only or name in options.only
        for name in SCENARIOS:
            if wanted(name):
                check.page(name, [str(options.scenarios / f"{name}.yaml"), "--policy", "reference"])
        if wanted("two-policies"):
            check.page("two-policies", [
                str(options.scenarios / "self-harm-question.yaml"), "--policy", "reference", "--policy", "always:guide"])
        if wanted("suite"):
            store = options.folder / "suite.sqlite"
            if not store.exists():
                check.run([
                    "suite", "run", "constructive", "--policy", "reference", "--policy", "always:refuse",
                    "--store", str(store), "--quiet"])
            check.page("suite", [
                str(options.scenarios / "self-harm-question.yaml"), "--policy", "reference", "--store", str(store),
                "--run", "1", "--quick"])
        browser.close()
    for failure in check.failures:
        print(f"MISSED  {failure}")
    print("all gates hold" if not check.failures else f"{len(check.failures)} gates missed")
    return 1 if check.failures else 0


if __name__ == "__main__":
    sys.exit(main())

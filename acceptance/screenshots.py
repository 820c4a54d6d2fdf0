"""Pictures of pages for the documentation.

usage: screenshots.py PROGRAM FOLDER
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

LARGEST = 300_000  # bytes of a picture


def report(program, browser, folder):
    """The top of a report with two policies."""
    with tempfile.TemporaryDirectory() as temporary:
        page_file = Path(temporary) / "report.html"
        subprocess.run([
            program, "report", "scenarios/self-harm-question.yaml", "--policy", "reference", "--policy", "always:guide",
            "--out", str(page_file), "--quiet", "--quick"], check=True, stdout=subprocess.DEVNULL)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", reduced_motion="reduce")
        page.goto(page_file.as_uri())
        page.evaluate("document.querySelector('#outcomes').scrollIntoView()")
        page.screenshot(path=str(folder / "report.png"))
        page.close()


def boundary(program, browser, folder):
    """Where the best response changes, over two numbers of a scenario."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "boundary"
        subprocess.run([
            program, "boundary", "scenarios/self-harm-question.yaml", "--policy", "reference", "--vary",
            "users.distressed.prior=0.05..0.6", "--vary", "users.malicious.payoff.exploited=-40..0", "--after", "distress",
            "--out", str(out), "--quiet"], check=True, stdout=subprocess.DEVNULL)
        page = browser.new_page(viewport={"width": 900, "height": 640}, device_scale_factor=1.5)
        page.goto((out / "map-1.svg").as_uri())
        page.locator("svg").screenshot(path=str(folder / "boundary.png"))
        page.close()


def explorer(program, browser, folder):
    """The top of the explorer, with more users in distress."""
    server = subprocess.Popen(
        [program, "serve", "scenarios/self-harm-question.yaml", "--quiet"], stdout=subprocess.PIPE, text=True)
    try:
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", reduced_motion="reduce")
        page.goto(server.stdout.readline().strip())
        page.wait_for_selector("body[data-solved][data-talked][data-stripped]")
        field = page.locator("div.number[data-path='users.distressed.prior'] input[type=number]")
        field.fill("0.5")
        field.press("Enter")
        page.wait_for_selector("body:not([data-solved='1'])")
        field.evaluate("(e) => e.blur()")
        page.wait_for_timeout(500)
        page.screenshot(path=str(folder / "explorer.png"))
        page.close()
    finally:
        server.terminate()
        server.wait()


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        report(program, browser, folder)
        boundary(program, browser, folder)
        explorer(program, browser, folder)
        browser.close()
    large = [picture.name for picture in folder.glob("*.png") if picture.stat().st_size > LARGEST]
    sys.exit(f"too large: {', '.join(large)}" if large else 0)


if __name__ == "__main__":
    main()

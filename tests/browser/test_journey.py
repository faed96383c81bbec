"""What a person does with the pages, in a real browser: search, follow an entity, read the sentence behind a date."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

pytestmark = pytest.mark.browser
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")


@pytest.fixture(scope="module")
def newswire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration, served; its address."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOSTWIRE_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "hostwire", "demo", "--port", "0"],
        stdout=subprocess.PIPE, text=True, env=environment | {"HOSTWIRE_DATA_DIR": str(folder)}, cwd=folder,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        for line in server.stdout:
            if match := re.search(r"http://127\.0\.0\.1:\d+(?=/$)", line.strip()):
                yield match.group()
                break
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)
        server.stdout.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    if BROWSER is None or DRIVER is None:
        pytest.skip("no chromium with its chromedriver on this machine")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for argument in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1100,1400",
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=str(Path(DRIVER))))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(autouse=True)
def _nothing_is_refused(browser: webdriver.Chrome) -> Iterator[None]:
    """No page may ask for what is not there, or for what its own security policy forbids."""
    yield
    assert [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def texts(browser: webdriver.Chrome, selector: str) -> list[str]:
    return [element.text for element in browser.find_elements(By.CSS_SELECTOR, selector)]


def test_a_search_leads_from_the_first_page_to_a_post(newswire: str, browser: webdriver.Chrome) -> None:
    browser.get(f"{newswire}/")
    assert len(texts(browser, ".posts h3")) > 5
    browser.find_element(By.NAME, "q").send_keys("ransomware")
    browser.find_element(By.CSS_SELECTOR, "form button").click()
    assert "ransomware" in {hit.casefold() for hit in texts(browser, "mark")}
    title = texts(browser, ".posts h3")[0]
    browser.find_element(By.CSS_SELECTOR, ".posts h3 a").click()
    assert texts(browser, "h1") == [title]


def test_every_date_of_a_timeline_leads_to_its_sentence(newswire: str, browser: webdriver.Chrome) -> None:
    browser.get(f"{newswire}/products/microsoft-exchange-server")
    quote = browser.find_element(By.CSS_SELECTOR, "blockquote")
    link = quote.find_element(By.TAG_NAME, "a")
    sentence = quote.text.removesuffix(link.text).strip()
    link.click()
    body = browser.find_element(By.TAG_NAME, "main").text
    assert sentence in body


@pytest.mark.parametrize("path", ["/", "/timeline", "/products", "/organizations", "/tlds", "/docs"])
def test_a_page_fits_a_telephone(newswire: str, browser: webdriver.Chrome, path: str) -> None:
    browser.set_window_size(500, 900)
    browser.get(f"{newswire}{path}")
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    assert browser.title

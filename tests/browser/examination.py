"""Looks at one page as different people meet it, and writes down what would stop one of them."""

from collections.abc import Iterator

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Phones and desks; between and beyond, a page must only not scroll sideways
HEIGHT = 900
PHONE, DESK = 390, 1280
WIDTHS = (360, 768, 1440, 2560)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# Without the rules that ask about style sheets: they read all of them, which once a page is enough
WITHOUT_SHEETS = OPTIONS | {"preload": False}

# Colours on their way from one theme to the other are no colours of the page
STILL = """() => {
  const sheet = new CSSStyleSheet();
  const still = "transition: none !important; animation: none !important";
  sheet.replaceSync(`*, ::before, ::after { ${still} }`);
  document.adoptedStyleSheets.push(sheet);
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
}"""
# Further rows of a table are made as those before them, and take seconds to examine
SHORT = """() => document.querySelectorAll("tbody").forEach((one) => {
  [...one.rows].slice(6).forEach((row) => row.remove());
})"""
AXE = """async ([options, within]) => {
  const found = await axe.run(within ?? document, options);
  const why = (node, rule) => [...node.any, ...node.all, ...node.none][0]?.message ?? rule.help;
  return found.violations.flatMap(
    (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} (${why(node, rule)})`)
  );
}"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter(
    (one) => one.getBoundingClientRect().right > width + 1
  );
  return wide.slice(-3).map((one) => `${one.tagName}.${one.className}`.toLowerCase());
}"""
UNMARKED = """() => {
  const above = (one) => one && one.tagName !== "BODY" ? [one, ...above(one.parentElement)] : [];
  const ring = (one) => [one.nextElementSibling, ...above(one)].filter(Boolean).map((it) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(it);
    return `${outlineStyle} ${outlineWidth} ${boxShadow}`;
  }).join();
  const reached = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const all = [...document.querySelectorAll(reached)];
  const seen = all.filter((one) => one.checkVisibility({ visibilityProperty: true }));
  return seen.filter((one) => {
    one.blur();
    const before = ring(one);
    one.focus({ focusVisible: true, preventScroll: true });
    return document.activeElement === one && ring(one) === before;
  }).map((one) => `no mark of focus: ${one.outerHTML.slice(0, 90)}`);
}"""
OVERLAYS = """() => [...document.querySelectorAll("dialog, [popover]")].map((one, index) => {
  one.id ||= `overlay-${index}`;
  return one.id;
})"""
OPEN = """(name) => {
  const one = document.getElementById(name);
  one.matches("dialog") ? one.showModal() : one.showPopover();
  document.documentElement.scrollTop = 0;
}"""
CLOSE = """(name) => {
  const one = document.getElementById(name);
  one.matches("dialog") ? one.close() : one.hidePopover();
}"""


def faults_of(page: Page, address: str, known: set[str]) -> list[str]:
    """One line for each fault of the page at an address, with all that it can unfold.

    `known` are the menus and sheets that were examined on other pages; those of this one are added.
    """
    page.set_viewport_size({"width": DESK, "height": HEIGHT})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    answer = page.goto(address, wait_until="load")
    assert answer is not None
    assert answer.status < 500, address
    page.evaluate(AXE_SCRIPT)
    page.evaluate(STILL)
    found = list(_sideways(page))
    page.evaluate(SHORT)
    found += page.evaluate(UNMARKED)
    found += [*_faults(page), *_faults_of_overlays(page, known)]
    return [f"{address} {line}" for line in dict.fromkeys(found)]


def _faults(page: Page) -> Iterator[str]:
    """In the light on a desk, in the dark on a phone."""
    for theme, width, options in (("light", DESK, OPTIONS), ("dark", PHONE, WITHOUT_SHEETS)):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=theme)
        for line in page.evaluate(AXE, [options, None]):
            yield f"{theme}, {width} px: {line}"


def _faults_of_overlays(page: Page, known: set[str]) -> Iterator[str]:
    """Menus and sheets, each once: most are the same on every page."""
    for name in page.evaluate(OVERLAYS):
        if name in known:
            continue
        known.add(name)
        page.evaluate(OPEN, name)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            for line in page.evaluate(AXE, [WITHOUT_SHEETS, f"#{name}"]):
                yield f"{theme}, {name}: {line}"
        page.evaluate(CLOSE, name)


def _sideways(page: Page) -> Iterator[str]:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        wide = page.evaluate(TOO_WIDE)
        if wide:
            yield f"{width} px: scrolls sideways ({', '.join(wide)})"

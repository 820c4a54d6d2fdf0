"use strict";
// The page is whole without this: it adds filters, a slider over numbers that were computed beforehand, and opens what is closed
// before printing. Texts are set as text; nothing is fetched.
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // Conversations: filters and search; so many at a time.
  const form = one("#filters");
  if (form) {
    const step = 20;
    const talks = all(".talk").map((element) => ({ element, text: element.textContent.toLowerCase() }));
    const more = one("#more"), found = one("#found"), selects = all("select", form), search = one("#by-text");
    let shown = step;
    const matches = ({ element, text }) =>
      selects.every((select) => !select.value || element.dataset[select.dataset.key].split(" ").includes(select.value)) &&
      text.includes(search.value.trim().toLowerCase());
    const update = () => {
      let count = 0;
      for (const talk of talks) {
        const fits = matches(talk);
        if (fits) count += 1;
        talk.element.hidden = !(fits && count <= shown);
      }
      found.textContent = `${count} of ${talks.length} conversations` + (count > shown ? `, the first ${shown} shown` : "");
      more.hidden = count <= shown;
    };
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => { shown = step; update(); });
    more.addEventListener("click", () => {
      const first = shown;
      shown += step;
      update();
      const next = talks.filter((talk) => !talk.element.hidden)[first];
      if (next) one("summary", next.element).focus();
    });
    update();
  }

  // Shares of types: positions of a slider that were all computed exactly.
  const island = one("#mix-data");
  if (island) {
    const data = JSON.parse(island.textContent);
    const type = one("#mix-type"), slider = one("#mix-share"), output = one("#mix-value"), reset = one("#mix-reset");
    const rows = all("#mix-figures .barrow"), lines = all("#mix-figures .mixline");
    const draw = (point) => {
      output.textContent = point.share;
      slider.setAttribute("aria-valuetext", point.share);
      point.policies.forEach((policy, index) => {
        const strip = one(".strip", rows[index]);
        strip.setAttribute("aria-label", policy.spoken);
        all("rect", strip).forEach((rect, outcome) => {
          rect.setAttribute("x", policy.starts[outcome]);
          rect.setAttribute("width", policy.widths[outcome]);
        });
        one(".mix-safe", rows[index]).textContent = policy.safe;
        for (const name of ["payoff", "turns", "verdict"]) one(`.mix-${name}`, lines[index]).textContent = policy[name];
      });
    };
    const chosen = () => data.types[Number(type.value)];
    const home = () => { slider.value = chosen().position; draw(chosen().own); };
    slider.addEventListener("input", () => draw(chosen().points[Number(slider.value)]));
    type.addEventListener("change", home);
    reset.addEventListener("click", home);
    home();
  }

  // Where one is: the section that began last.
  const links = all(".contents a");
  const sections = links.map((link) => one(link.getAttribute("href"))).filter(Boolean);
  let waiting = false;
  const mark = () => {
    waiting = false;
    let current = -1;
    sections.forEach((section, index) => { if (section.getBoundingClientRect().top < 120) current = index; });
    links.forEach((link, index) => {
      if (index === current) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    });
  };
  addEventListener("scroll", () => { if (!waiting) { waiting = true; requestAnimationFrame(mark); } }, { passive: true });
  mark();

  // Paper cannot be clicked.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])").filter((element) => !element.hidden);
    closed.forEach((element) => { element.open = true; });
  });
  addEventListener("afterprint", () => { closed.forEach((element) => { element.open = false; }); });
})();

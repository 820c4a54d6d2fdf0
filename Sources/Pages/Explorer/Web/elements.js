// Elements and requests: what every other module of the page is made with.
// Texts become text nodes and nothing else; no module writes HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else if (name === "checked" || name === "disabled" || name === "open") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** An HTML element. */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
/** An SVG element. */
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
/** The element with an id. */
export const byID = (id) => document.getElementById(id);
/** Puts children in the place of those that are there. */
export const show = (element, ...children) => { element.replaceChildren(...children.flat(Infinity).filter((one) => one)); };

/** A foreign name or title, kept from turning the text around it. */
export const word = (text) => h("bdi", null, text);

/** A number as tables show it. */
export function decimals(value, count = 4) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const text = value.toFixed(count);
  return Number(text) === 0 ? (0).toFixed(count) : text.replace("-", "−");
}

/** A number with all of its digits. */
export const digits = (value) => (value === null || value === undefined ? "–" : String(value));

export const percent = (value) => `${(100 * value).toFixed(1)}\u00a0%`;

/** A refusal of the server, with its reason. */
export class Refusal extends Error {}

async function refused(response) {
  let reason = `the explorer answered ${response.status}`;
  try { reason = (await response.json()).error ?? reason; } catch { /* the status says it */ }
  return new Refusal(reason);
}

async function post(path, body, signal) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal,
      credentials: "same-origin", redirect: "error",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal("the explorer does not answer; is serve still running?");
  }
  if (!response.ok) throw await refused(response);
  return response;
}

/** Asks, and gives the document. */
export const ask = async (path, body, signal) => (await post(path, body, signal)).json();

/** Asks for a file. */
export const askFile = async (path, body) => (await post(path, body)).blob();

/** Asks, and gives each line as it comes. */
export async function* askLines(path, body, signal) {
  const response = await post(path, body, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += value;
      const lines = rest.split("\n");
      rest = lines.pop();
      for (const line of lines) if (line) yield JSON.parse(line);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * Only the latest of many questions counts: while one is asked, all but the last of those that come are left out.
 * The function returned takes the question; `answered` gets each answer, in order.
 */
export function latest(question, answered, failed) {
  let waiting = null;
  let busy = false;
  return async function run(...input) {
    waiting = input;
    if (busy) return;
    busy = true;
    while (waiting) {
      const now = waiting;
      waiting = null;
      try { answered(await question(...now), ...now); } catch (error) { failed(error, ...now); }
    }
    busy = false;
  };
}

/** Gives the browser a file to keep. */
export function download(name, content, type = "text/plain") {
  const blob = content instanceof Blob ? content : new Blob([content], { type: `${type};charset=utf-8` });
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

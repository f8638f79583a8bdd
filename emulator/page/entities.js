// Text and its entities to DOM nodes. Offsets count UTF-16 units, as JavaScript's strings do.

const TAG_OF = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE_LINK = /^(https?|tg|mailto):/i;

export function element(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

// `acts` has sendCommand(text) for a tapped /command and copy(text) for tapped code.
export function formatted(text, entities, acts) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const root = document.createDocumentFragment();
  fill(root, text, 0, text.length, sorted, acts);
  return root;
}

function fill(parent, text, from, to, entities, acts) {
  let at = from;
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest;
    const end = Math.min(entity.offset + entity.length, to);
    const inside = others.filter((other) => other.offset < end);
    rest = others.slice(inside.length);
    if (entity.offset < at) continue;
    if (entity.offset > at) parent.append(text.slice(at, entity.offset));
    const [node, content] = wrapper(entity, text.slice(entity.offset, end), acts);
    fill(content, text, entity.offset, end, inside, acts);
    parent.append(node);
    // A block begins a line and ends it: the line's own end would show as an empty one.
    at = BLOCKS.has(entity.type) && text[end] === "\n" ? end + 1 : end;
  }
  if (at < to) parent.append(text.slice(at, to));
}

// Returns the node that stands for an entity, and the node that its text goes into.
function wrapper(entity, covered, acts) {
  if (entity.type in TAG_OF) return alone(element(TAG_OF[entity.type]));
  switch (entity.type) {
    case "code":
      return copied(covered, acts.copy);
    case "pre":
      return preformatted(entity.language);
    case "text_link":
    case "url":
      return alone(link(entity.url ?? covered));
    case "bot_command":
      return alone(command(covered, acts.sendCommand));
    case "spoiler":
      return alone(spoiler());
    case "blockquote":
      return alone(element("blockquote"));
    case "expandable_blockquote":
      return expandable();
    default:
      return alone(element("span", entity.type));
  }
}

const alone = (node) => [node, node];

function preformatted(language) {
  const node = element("pre");
  // Long lines scroll sideways; the keyboard must reach them too.
  node.tabIndex = 0;
  if (language) node.append(element("span", "language", language));
  const code = element("code");
  node.append(code);
  return [node, code];
}

// As in Telegram's apps: a tap copies it. No button element: that would not break over lines.
function copied(text, copy) {
  const node = element("code", "copy");
  node.title = "Copy";
  pressable(node, () => copy(text));
  return [node, node];
}

function pressable(node, act) {
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
}

function link(address) {
  const node = element("a");
  if (SAFE_LINK.test(address)) node.href = address;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function command(text, sendCommand) {
  const node = element("button", "command");
  node.type = "button";
  node.addEventListener("click", () => sendCommand(text));
  return node;
}

function spoiler() {
  const node = element("span", "spoiler");
  node.setAttribute("aria-label", "Hidden text, press to show");
  pressable(node, () => {
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
  });
  return node;
}

function expandable() {
  const node = element("blockquote", "expandable");
  const content = element("div", "quoted");
  const toggle = element("button", "toggle");
  toggle.type = "button";
  toggle.append(icon("down"), element("span", "unseen", "Show the whole quote"));
  toggle.setAttribute("aria-expanded", "false");
  node.append(content, toggle);
  node.addEventListener("click", (event) => {
    const selecting = String(getSelection());
    if (event.target.closest("a, .command, .copy, .spoiler") || selecting) return;
    setExpanded(node, !node.classList.contains("open"));
  });
  return [node, content];
}

export function setExpanded(quote, open) {
  quote.classList.toggle("open", open);
  quote.querySelector(":scope > .toggle").setAttribute("aria-expanded", String(open));
}

// A quote of three lines or less has nothing to expand; known only once it is laid out.
export function settleQuotes(root) {
  for (const quote of root.querySelectorAll("blockquote.expandable:not(.open)")) {
    const content = quote.firstElementChild;
    quote.classList.toggle("short", content.scrollHeight <= content.clientHeight + 1);
  }
}

// One message to one bubble. An edit fills the same bubble again, so that nothing jumps.

import { element, formatted, icon, setExpanded } from "./entities.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const timeOf = (unixSeconds) => clock.format(new Date(unixSeconds * 1000));
export const textOf = (message) => message.text ?? message.caption ?? "";
export const fileUrl = (file) => `chat/files/${encodeURIComponent(file.file_id)}`;

export function summary(message) {
  const media = message.photo ? "Photo" : message.document?.file_name;
  return [media, textOf(message)].filter(Boolean).join(", ").replace(/\s+/g, " ");
}

// `acts` has sendCommand(text), copy(text), press(message, button, node), show(picture),
// goTo(messageId).
export function fillBubble(node, message, acts) {
  const open = [...node.querySelectorAll("blockquote.expandable")].map((quote) =>
    quote.classList.contains("open"),
  );
  node.className = `message ${message.outgoing ? "out" : "in"}`;
  node.dataset.id = message.message_id;
  node.setAttribute("role", "article");
  node.setAttribute("aria-label", `${message.from.first_name}, ${timeOf(message.date)}`);
  const bubble = element("div", "bubble");
  bubble.append(...headlines(message, acts), ...media(message, node, acts), ...words(message, acts));
  const keys = keyboard(message, node, acts);
  const stack = element("div", keys.length ? "stack with-keys" : "stack");
  const focused = node.contains(document.activeElement) && document.activeElement;
  stack.append(bubble, ...keys);
  if (message.reaction.length) stack.append(element("span", "reaction", message.reaction.join(" ")));
  node.replaceChildren(stack);
  node.querySelectorAll("blockquote.expandable").forEach((quote, index) => {
    if (open[index]) setExpanded(quote, true);
  });
  refocus(node, focused);
}

// An edit must not throw a keyboard's user back to the top of the page.
function refocus(node, focused) {
  if (!focused) return;
  if (node.contains(focused)) focused.focus({ preventScroll: true });
  else node.querySelector(".inline, .toggle")?.focus({ preventScroll: true });
}

function words(message, acts) {
  const foot = footer(message);
  const text = textOf(message);
  if (!text) return [foot];
  const body = element("div", "text");
  body.dir = "auto";
  if (/\p{Script=Han}/u.test(text)) body.lang = "zh-Hans"; // a screen reader takes that voice
  body.append(formatted(text, message.entities ?? message.caption_entities, acts));
  // Keeps the time's place free at the end of the last line.
  const space = foot.cloneNode(true);
  const block = body.lastChild instanceof Element && body.lastChild.matches("pre, blockquote");
  space.className = block ? "foot-space below" : "foot-space";
  space.setAttribute("aria-hidden", "true");
  body.append(space);
  return [body, foot];
}

function headlines(message, acts) {
  const lines = [];
  if (message.chat.type !== "private") {
    lines.push(element("div", "sender", message.from.first_name));
  }
  if (message.forward_origin) {
    const name = message.forward_origin.sender_user?.first_name ?? "somebody";
    lines.push(element("div", "forwarded", `Forwarded from ${name}`));
  }
  if (message.reply_to_message) {
    const original = message.reply_to_message;
    const quoted = element("button", "reply");
    quoted.type = "button";
    quoted.append(element("b", "", original.from.first_name), element("span", "", summary(original)));
    quoted.addEventListener("click", () => acts.goTo(original.message_id));
    lines.push(quoted);
  }
  return lines;
}

function media(message, node, acts) {
  if (message.photo) {
    const before = node.querySelector(".photo");
    const same = before?.dataset.file === message.photo.at(-1).file_id;
    return [same ? before : picture(message, acts)];
  }
  if (message.document) return [attachment(message.document)];
  return [];
}

function picture(message, acts) {
  const size = message.photo.at(-1);
  const button = element("button", "photo");
  button.type = "button";
  button.setAttribute("aria-label", "Enlarge the picture");
  const image = element("img");
  image.src = fileUrl(size);
  // Sized before it is loaded, so that nothing moves when it is.
  const ratio = size.width / size.height;
  image.style.aspectRatio = String(ratio);
  image.style.width = `clamp(160px, ${size.width}px, ${56 * ratio}vh)`;
  button.dataset.file = size.file_id;
  image.alt = textOf(message) || "Picture";
  button.append(image);
  button.addEventListener("click", () => acts.show(image));
  return button;
}

function attachment(file) {
  const node = element("a", "file");
  node.href = fileUrl(file);
  node.download = file.file_name;
  const disc = element("span", "disc");
  disc.append(icon("file"));
  const words = element("span", "words");
  words.append(element("b", "", file.file_name), element("small", "", sizeOf(file.file_size)));
  node.setAttribute("aria-label", `Download ${file.file_name}, ${sizeOf(file.file_size)}`);
  node.append(disc, words);
  return node;
}

// In the same units as the bot's words beside it.
function sizeOf(bytes) {
  if (bytes < 1e3) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function footer(message) {
  const node = element("div", "foot");
  if (message.silent) {
    const mark = icon("silent");
    node.append(mark, element("span", "unseen", "without sound"));
    node.title = "Sent without sound";
  }
  if (message.edit_date) node.append(element("span", "", "edited"));
  const time = element("time", "", timeOf(message.date));
  time.dateTime = new Date(message.date * 1000).toISOString();
  node.append(time);
  return node;
}

// The same keys stay the same nodes: a press that began before an edit must still count.
function keyboard(message, bubble, acts) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return [];
  const keys = JSON.stringify(rows);
  const before = bubble.querySelector(".keyboard");
  if (before?.dataset.keys === keys) return [before];
  const node = element("div", "keyboard");
  node.dataset.keys = keys;
  for (const row of rows) {
    const line = element("div", "row");
    for (const button of row) line.append(inlineButton(message, button, acts));
    node.append(line);
  }
  return [node];
}

function inlineButton(message, button, acts) {
  if (button.url) {
    const link = element("a", "inline", `${button.text} ↗`);
    link.href = button.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  const node = element("button", "inline", button.text);
  node.type = "button";
  node.addEventListener("click", () => acts.press(message, button, node));
  return node;
}

// The list of messages: bubbles by id, days between them, the scroll position kept.

import { fillBubble, summary } from "./bubbles.js";
import { element, settleQuotes } from "./entities.js";

const by = (id) => document.getElementById(id);
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long" });
const NEAR_PX = 80;
const SPOKEN_MS = 1000;

export class Log {
  constructor(acts) {
    this.acts = { ...acts, goTo: (id) => this.goTo(id) };
    this.node = by("log");
    this.messages = new Map();
    this.bubbles = new Map();
    this.unread = 0;
    this.node.addEventListener("scroll", () => this.atEnd() && this.seen());
    by("to-end").addEventListener("click", () => this.toEnd());
    by("pinned").addEventListener("click", () => this.goTo(this.pinned));
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.node);
    this.stuck = true;
  }

  reset(messages) {
    this.messages.clear();
    this.bubbles.clear();
    this.node.replaceChildren();
    this.node.setAttribute("aria-busy", "true");
    messages.forEach((message) => this.put(message));
    this.node.setAttribute("aria-busy", "false");
    this.toEnd();
  }

  put(message) {
    const stay = !this.atEnd();
    const known = this.bubbles.get(message.message_id);
    const node = known ?? element("div");
    this.messages.set(message.message_id, message);
    fillBubble(node, message, this.acts);
    if (!known) this.append(node, message);
    settleQuotes(node);
    if (!stay || message.outgoing) this.toEnd();
    else if (!known) this.missed();
    this.showEmpty();
  }

  append(node, message) {
    const date = day.format(new Date(message.date * 1000));
    if (date !== this.lastDay || !this.bubbles.size) {
      this.node.append(element("div", "day", date));
      this.lastDay = date;
    }
    this.bubbles.set(message.message_id, node);
    this.node.append(node);
    // A new message is read out; its edits, every few seconds, are not.
    setTimeout(() => node.setAttribute("aria-live", "off"), SPOKEN_MS);
  }

  remove(id) {
    this.bubbles.get(id)?.remove();
    this.bubbles.delete(id);
    this.messages.delete(id);
    this.showEmpty();
  }

  pin(ids) {
    this.pinned = ids.at(-1);
    const message = this.messages.get(this.pinned);
    by("pinned").hidden = !message;
    if (message) by("pinned-text").textContent = summary(message);
  }

  typing(on) {
    this.dots?.remove();
    if (!on) return;
    const stick = this.atEnd();
    this.dots = element("div", "message in dots");
    const bubble = element("div", "bubble");
    bubble.append(element("i"), element("i"), element("i"));
    this.dots.append(bubble);
    this.dots.setAttribute("aria-hidden", "true");
    this.node.append(this.dots);
    if (stick) this.toEnd();
  }

  showEmpty() {
    by("empty").hidden = this.bubbles.size > 0;
  }

  goTo(id) {
    const node = this.bubbles.get(id);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.add("pointed");
    node.addEventListener("animationend", () => node.classList.remove("pointed"), { once: true });
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    this.stuck = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    by("to-end").hidden = this.stuck;
    return this.stuck;
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
    this.seen();
  }

  missed() {
    this.unread += 1;
    by("unread").textContent = String(this.unread);
    by("to-end").hidden = false;
  }

  seen() {
    this.unread = 0;
    by("unread").textContent = "";
    by("to-end").hidden = true;
  }
}

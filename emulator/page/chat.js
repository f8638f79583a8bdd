// The chat page: one person, one chat, no framework. The server's side is emulator/chat_api.py.

import { Composer } from "./composer.js";
import { Feed } from "./feed.js";
import { Log } from "./log.js";

const by = (id) => document.getElementById(id);
const ACTION_MS = 5000;
const TOAST_MS = 3500;
const ANSWER_S = 20;
const SAID = { typing: "typing…", upload_photo: "sending a picture…", upload_document: "sending a file…" };

const state = { chat: null, feed: null, hidden: 0, online: false };
const log = new Log({ sendCommand: say, copy, press, show });
const composer = new Composer({ say, sendFile });

async function ask(path, options) {
  const answer = await fetch(path, options);
  const body = await answer.json().catch(() => ({ error: answer.statusText }));
  if (!answer.ok) throw new Error(body.error ?? answer.statusText);
  return body;
}

function post(what, body) {
  const headers = { "Content-Type": "application/json" };
  return ask(`chat/${state.chat}/${what}`, { method: "POST", headers, body: JSON.stringify(body) });
}

async function attempt(act) {
  try {
    await act();
    return true;
  } catch (error) {
    toast(error instanceof TypeError ? "Not sent: no connection" : error.message);
    return false;
  }
}

function say(text) {
  return attempt(() => post("messages", { text }));
}

async function sendFile(file, caption, asPhoto, album) {
  setStatus(`sending ${file.name} …`);
  const form = new FormData();
  if (album) form.append("album", album);
  form.append("file", file, file.name);
  form.append("caption", caption);
  form.append("as", asPhoto ? "photo" : "document");
  const path = `chat/${state.chat}/messages`;
  const sent = await attempt(() => ask(path, { method: "POST", body: form }));
  rest();
  return sent;
}

async function press(message, button, node) {
  if (button.copy_text) return copy(button.copy_text.text);
  node.setAttribute("aria-busy", "true");
  const body = { message_id: message.message_id, data: button.callback_data, wait_s: ANSWER_S };
  // The answer itself comes as an event, also to other windows.
  await attempt(() => post("press", body));
  return node.removeAttribute("aria-busy");
}

// A page that may not write to the clipboard, as in another page's frame, offers the text to send.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    composer.write(text);
    composer.text.focus();
  }
}

function show(image) {
  by("picture").src = image.src;
  by("picture").alt = image.alt;
  by("viewer").showModal();
}

function toast(text) {
  const node = by("toast");
  node.textContent = text;
  node.classList.add("shown");
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => node.classList.remove("shown"), TOAST_MS);
}

function answered({ text, show_alert: alert }) {
  if (!text) return;
  if (!alert) return toast(text);
  by("alert-text").textContent = text;
  by("alert").showModal();
}

function acting(action) {
  setStatus(SAID[action] ?? "busy…");
  log.typing(action === "typing");
  clearTimeout(acting.timer);
  acting.timer = setTimeout(rest, ACTION_MS);
}

function rest() {
  clearTimeout(acting.timer);
  log.typing(false);
  setStatus(state.online ? "bot" : "connecting…");
}

function setStatus(text) {
  if (by("status").textContent !== text) by("status").textContent = text;
}

const ON_EVENT = {
  message({ message }) {
    if (!message.outgoing) rest();
    log.put(message);
    if (document.hidden && !message.silent) state.hidden += 1;
    retitle();
  },
  edited: ({ message }) => log.put(message),
  deleted: ({ message_id: id }) => log.remove(id),
  callback_answer: answered,
  action: ({ action }) => acting(action),
  pinned: ({ message_ids: ids }) => log.pin(ids),
  commands: loadCommands,
  profile: loadCommands,
  chat: loadChats,
};

function retitle() {
  document.title = state.hidden ? `(${state.hidden}) Coltrain` : "Coltrain";
}

async function loadCommands() {
  const { commands, description } = await ask(`chat/${state.chat}/commands`);
  composer.commands = commands;
  by("description").textContent = description || "Nothing here yet.";
}

async function loadChats() {
  const { bot, chats, world } = await ask("chat");
  by("bot-name").textContent = bot.first_name;
  by("chats").replaceChildren(
    ...chats.map((chat) => new Option(chat.title ?? chat.first_name, chat.id)),
  );
  by("chats").closest("label").hidden = chats.length < 2;
  const wanted = Number(new URLSearchParams(location.search).get("chat"));
  state.chat ??= (chats.find(({ id }) => id === wanted) ?? chats[0]).id;
  by("chats").value = state.chat;
  return world;
}

async function open() {
  state.feed?.close();
  const world = await loadChats();
  const { messages, pinned, seq } = await ask(`chat/${state.chat}/messages`);
  log.reset(messages);
  log.pin(pinned);
  log.showEmpty();
  await speak();
  await loadCommands();
  state.feed = new Feed(state.chat, seq, world, {
    hello(restarted) {
      state.online = true;
      if (restarted) openPatiently();
      else if (by("status").textContent === "connecting…") rest();
    },
    lost() {
      state.online = false;
      rest();
    },
    event: (event) => ON_EVENT[event.kind]?.(event),
  });
}

// The person's app speaks what this browser speaks.
async function speak() {
  if (state.chat < 0) return;
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ language_code: navigator.language.toLowerCase() });
  await ask(`chat/people/${state.chat}/language`, { method: "POST", headers, body });
}

// The server may not be back yet, or just have gone.
function openPatiently() {
  open().catch(() => setTimeout(openPatiently, 1500));
}

// Whoever types means the message box, wherever the focus is.
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
  const elsewhere = !target.closest("input, textarea, select, dialog");
  if (plain && elsewhere && key.length === 1 && key !== " ") composer.text.focus();
});
by("start").addEventListener("click", () => say("/start"));
by("chats").addEventListener("change", () => {
  state.chat = Number(by("chats").value);
  openPatiently();
});
by("viewer").addEventListener("click", () => by("viewer").close());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) state.hidden = 0;
  retitle();
});
openPatiently();
// With a mouse there is a keyboard; on a phone the focus would bring one up over the chat.
if (matchMedia("(hover: hover) and (pointer: fine)").matches) composer.text.focus();

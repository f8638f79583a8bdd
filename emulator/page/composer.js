// Where a person writes: text, files, and the command menu that opens on "/".

import { element } from "./entities.js";

const by = (id) => document.getElementById(id);
const PHOTOS = new Set(["image/png", "image/jpeg", "image/webp"]);
const MAX_PHOTO = 10 * 1024 * 1024;
const mayBePhoto = (file) => PHOTOS.has(file.type) && file.size <= MAX_PHOTO;

// `acts` has say(text) and sendFile(file, caption, asPhoto, album), both resolving to success.
export class Composer {
  constructor(acts) {
    this.acts = acts;
    this.commands = [];
    this.shown = [];
    this.active = -1;
    this.text = by("text");
    this.menu = by("menu");
    this.listen();
    this.resize();
  }

  listen() {
    by("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("paste", (event) => this.drop(event, event.clipboardData));
    by("open-menu").addEventListener("click", () => this.toggleMenu());
    by("attach").addEventListener("click", () => by("files").click());
    by("files").addEventListener("change", async () => {
      await this.sendFiles([...by("files").files]);
      by("files").value = "";
    });
    const app = by("app");
    app.addEventListener("dragover", (event) => event.preventDefault());
    app.addEventListener("drop", (event) => this.drop(event, event.dataTransfer));
    document.addEventListener("click", (event) => {
      if (!event.target.closest("#menu, #composer")) this.closeMenu();
    });
  }

  drop(event, data) {
    const files = [...(data?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.sendFiles(files);
  }

  // As in Telegram's apps: a photo is shown and made smaller, a file is kept as it is.
  async photosAreFiles(files) {
    if (!files.some(mayBePhoto)) return false;
    const dialog = by("send-as");
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
    return dialog.returnValue ? dialog.returnValue === "file" : null;
  }

  async sendFiles(files) {
    const asFiles = await this.photosAreFiles(files);
    if (asFiles === null) return;
    let caption = this.text.value.trim();
    const album = files.length > 1 ? crypto.randomUUID() : "";
    for (const file of files) {
      if (!(await this.acts.sendFile(file, caption, mayBePhoto(file) && !asFiles, album))) return;
      if (caption) this.write("");
      caption = "";
    }
  }

  async submit() {
    const text = this.text.value;
    if (!text.trim()) return;
    this.write("");
    this.text.focus();
    // Not sent: it comes back, unless something new has been typed meanwhile.
    if (!(await this.acts.say(text)) && !this.text.value) this.write(text);
  }

  write(text) {
    this.text.value = text;
    this.changed();
  }

  changed() {
    this.resize();
    const typed = /^\/(\w*)$/.exec(this.text.value);
    if (!typed) return this.closeMenu();
    const start = typed[1].toLowerCase();
    return this.openMenu(this.commands.filter(({ command }) => command.startsWith(start)));
  }

  resize() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  key(event) {
    // A word is being composed: these keys are the input method's. Safari says so by 229 alone.
    if (event.isComposing || event.keyCode === 229) return;
    if (!this.menu.hidden && this.menuKey(event)) {
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  menuKey({ key }) {
    if (key === "ArrowDown" || key === "ArrowUp") {
      this.activate(this.active + (key === "ArrowDown" ? 1 : -1));
    } else if (key === "Escape") {
      this.closeMenu();
    } else if (key === "Tab" && this.shown.length) {
      this.write(`/${this.shown[Math.max(this.active, 0)].command} `);
    } else if (key === "Enter" && this.active >= 0) {
      this.choose(this.shown[this.active]);
    } else {
      return false;
    }
    return true;
  }

  toggleMenu() {
    if (!this.menu.hidden) return this.closeMenu();
    this.text.focus({ preventScroll: true });
    return this.openMenu(this.commands);
  }

  openMenu(commands) {
    if (!commands.length) return this.closeMenu();
    this.shown = commands;
    this.menu.replaceChildren(...commands.map((command, index) => this.option(command, index)));
    this.menu.hidden = false;
    this.menu.scrollTop = 0;
    by("menu-count").textContent = `${commands.length} commands, up and down to choose`;
    by("open-menu").setAttribute("aria-expanded", "true");
    this.activate(-1);
  }

  option(command, index) {
    const node = element("div", "option");
    node.id = `option-${index}`;
    node.setAttribute("role", "option");
    const name = element("b", "", `/${command.command}`);
    const typed = /^\/(\w*)$/.exec(this.text.value)?.[0] ?? "";
    if (typed.length > 1) name.replaceChildren(element("mark", "", typed), name.textContent.slice(typed.length));
    node.append(name, element("span", "", command.description));
    node.addEventListener("click", () => this.choose(command));
    return node;
  }

  activate(index) {
    const count = this.shown.length;
    this.active = index < -1 ? count - 1 : index >= count ? 0 : index;
    [...this.menu.children].forEach((node, at) => {
      node.setAttribute("aria-selected", String(at === this.active));
      if (at === this.active) node.scrollIntoView({ block: "nearest" });
    });
    if (this.active < 0) this.text.removeAttribute("aria-activedescendant");
    else this.text.setAttribute("aria-activedescendant", `option-${this.active}`);
  }

  choose(command) {
    this.closeMenu();
    this.write("");
    this.acts.say(`/${command.command}`);
    this.text.focus({ preventScroll: true });
  }

  closeMenu() {
    this.menu.hidden = true;
    by("menu-count").textContent = "";
    this.active = -1;
    this.text.removeAttribute("aria-activedescendant");
    by("open-menu").setAttribute("aria-expanded", "false");
  }
}

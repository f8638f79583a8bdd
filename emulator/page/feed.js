// The connection: events in order, without a gap, over reloads of the server and of the line.
//
// `on` has hello(restarted), event(event), lost(). Server-Sent Events first; where a proxy holds
// them back, the same events are fetched by asking again and again.

const PATIENCE_MS = 4000;
const PAUSE_MS = 1500;
const POLL_S = 20;

export class Feed {
  constructor(chat, since, world, on) {
    this.chat = chat;
    this.since = since;
    this.world = world;
    this.on = on;
    this.closed = false;
    this.open();
  }

  close() {
    this.closed = true;
    this.source?.close();
    clearTimeout(this.timer);
  }

  url(more = "") {
    return `chat/${this.chat}/events?since=${this.since}${more}`;
  }

  open() {
    if (this.closed) return;
    this.source = new EventSource(this.url());
    this.timer = setTimeout(() => this.fallBack(), PATIENCE_MS);
    this.source.addEventListener("hello", (event) => {
      clearTimeout(this.timer);
      this.greet(JSON.parse(event.data));
    });
    this.source.addEventListener("message", (event) => this.take(JSON.parse(event.data)));
    this.source.addEventListener("error", () => {
      if (this.closed) return;
      // Opened anew rather than left to EventSource, which gives up on some answers.
      this.source.close();
      clearTimeout(this.timer);
      this.on.lost();
      this.timer = setTimeout(() => this.open(), PAUSE_MS);
    });
  }

  greet({ world, seq, complete }) {
    const restarted = world !== this.world || !complete;
    this.world = world;
    if (restarted) this.since = seq;
    this.on.hello(restarted);
  }

  take(event) {
    if (this.closed || event.seq <= this.since) return;
    this.since = event.seq;
    this.on.event(event);
  }

  async fallBack() {
    this.source.close();
    while (!this.closed) {
      try {
        const answer = await fetch(this.url(`&wait_s=${POLL_S}`));
        const body = await answer.json();
        if (this.closed) return;
        this.greet(body);
        body.events.forEach((event) => this.take(event));
      } catch {
        if (this.closed) return;
        this.on.lost();
        await new Promise((done) => setTimeout(done, PAUSE_MS));
      }
    }
  }
}

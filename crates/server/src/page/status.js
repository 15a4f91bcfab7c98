// The status page. Everything that came from outside is set as text, never as markup.

const EVENTS_SHOWN = 200;
const REFRESH_MILLISECONDS = 2000;
const LOOK = {
  connected: "good", running: "good",
  connecting: "wait", waiting: "wait", loading: "wait", restarting: "wait",
  "needs-user": "bad", quarantined: "bad", failed: "bad",
};

const find = (selector) => document.querySelector(selector);

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, attributes);
  made.append(...children);
  return made;
}

function state(name) {
  return element("span", { className: `state ${LOOK[name] ?? "quiet"}` }, name.replace("-", " "));
}

function notice(text) {
  find("#notice").textContent = text ?? "";
  find("#notice").hidden = !text;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const whole = new Intl.NumberFormat();
const time = (milliseconds) => clock.format(new Date(milliseconds));

function ago(milliseconds) {
  const seconds = Math.max(0, Math.round((Date.now() - milliseconds) / 1000));
  return seconds < 60 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

// The token comes in the address's fragment, which no server sees, and becomes a cookie that no
// script sees.
async function signIn() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  await fetch("/api/session", { method: "POST", headers: { authorization: `Bearer ${token}` } });
}

async function ask(path) {
  const answer = await fetch(path);
  if (answer.status === 401) {
    throw new Error("This page needs the address that `pato run` or `pato status` prints.");
  }
  if (!answer.ok) throw new Error((await answer.json()).message);
  return answer.json();
}

function connectorCard(connector) {
  const lines = [];
  if (connector.reason) lines.push(connector.reason);
  lines.push(connector.last_heard ? `Last heard ${ago(connector.last_heard)}` : "Nothing heard yet");
  if (connector.next_try) lines.push(`Next try at ${time(connector.next_try)}`);
  return element("li", {}, element("strong", {}, connector.id), " ", state(connector.state),
    ...lines.map((line) => element("p", {}, line)));
}

function pluginRow(plugin) {
  const { metrics } = plugin;
  const number = (value) => element("td", { className: "number" }, value ?? "–");
  const missing = plugin.requests.filter((request) => !request.granted && !request.optional);
  const notes = [plugin.reason, missing.length && `not granted: ${missing.map((r) => r.permission).join(", ")}`];
  return element("tr", {},
    element("td", {}, element("strong", {}, plugin.name), " ",
      element("span", { className: "quiet" }, `${plugin.id} ${plugin.version}`),
      ...notes.filter(Boolean).map((note) => element("div", { className: "quiet" }, note))),
    element("td", {}, state(plugin.state)),
    number(metrics && whole.format(metrics.events)),
    number(metrics && whole.format(metrics.queued)),
    number(metrics && whole.format(metrics.dropped)),
    number(metrics && whole.format(metrics.restarts)),
    number(metrics && `${metrics.processor_milliseconds.toFixed(1)} ms`),
    number(metrics && `${(metrics.memory / 1048576).toFixed(1)} MiB`));
}

async function refresh() {
  const [host, plugins] = await Promise.all([ask("/api/status"), ask("/api/modules")]);
  find("#summary").textContent =
    `Version ${host.version} · ${whole.format(host.events_published)} events · ` +
    `${host.plugins_running} of ${host.plugins_installed} plugins running`;
  find("#connectors").replaceChildren(...host.connectors.map(connectorCard));
  find("#connectors + .empty").hidden = host.connectors.length > 0;
  find("#plugins tbody").replaceChildren(...plugins.map(pluginRow));
  find("section:nth-of-type(2) .empty").hidden = plugins.length > 0;
}

function summary(frame) {
  const { data } = frame;
  const who = data.user?.name ?? data.user?.login;
  if (who && data.text) return `${who}: ${data.text}`;
  if (who) return [who, data.title, data.viewers && `${data.viewers} viewers`].filter(Boolean).join(" · ");
  return JSON.stringify(data);
}

// Bursts are drawn once a frame, so that a thousand events a second do not freeze the page.
let waiting = [];

function show(frame) {
  waiting.push(frame);
  if (waiting.length === 1) requestAnimationFrame(draw);
  if (waiting.length > EVENTS_SHOWN) waiting.shift();
}

function eventRow(frame) {
  const topic = `${frame.module}.${frame.name}`;
  const row = element("tr", { hidden: !topic.includes(find("#filter").value) },
    element("td", {}, time(frame.timestamp)), element("td", {}, topic),
    element("td", { className: "quiet" }, frame.details.source),
    element("td", {}, summary(frame)));
  row.dataset.topic = topic;
  return row;
}

function draw() {
  const frames = waiting;
  waiting = [];
  if (find("#pause").checked) return;
  const body = find("#events tbody");
  body.prepend(...frames.map(eventRow).reverse());
  while (body.rows.length > EVENTS_SHOWN) body.deleteRow(-1);
}

function follow(delay = 500) {
  const socket = new WebSocket(`ws://${location.host}/ws`);
  socket.onopen = () => {
    delay = 500;
    notice();
    socket.send(JSON.stringify({ type: "subscribe", module: "*", name: "*", details: true }));
  };
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === "event") show(frame);
  };
  socket.onclose = () => {
    notice("Pato does not answer. What you see is the last that is known; the page goes on by itself.");
    setTimeout(() => follow(Math.min(delay * 2, 10000)), delay * (0.5 + Math.random()));
  };
}

find("#filter").addEventListener("input", ({ target }) => {
  for (const row of find("#events tbody").rows) row.hidden = !row.dataset.topic.includes(target.value);
});

async function keepFresh() {
  try {
    await refresh();
  } catch (error) {
    if (!(error instanceof TypeError)) notice(error.message);
  }
  setTimeout(keepFresh, REFRESH_MILLISECONDS);
}

try {
  await signIn();
  await ask("/api/status");
  follow();
  keepFresh();
} catch (error) {
  notice(error.message);
  find("#summary").textContent = "Not signed in";
}

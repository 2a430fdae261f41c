// Asks for the page again, and puts what has changed into the parts that are marked: <div data-live="20" id="…">.
import { initAll } from "./govuk/govuk-frontend.min.js";
import { words } from "./words.js";

const FEWEST_SECONDS = 5;
const LONGEST_WAIT = 300;
const STILL_TYPING = 5000;
const ITEMS = "tr[id], li[id], [data-live-item][id]";
const regions = [...document.querySelectorAll("[data-live][id]")];

// A key that is made anew for each page is no change.
const bare = (region) => {
  const copy = region.cloneNode(true);
  copy.querySelectorAll("input[type=hidden]").forEach((input) => input.setAttribute("value", ""));
  return copy;
};

const begin = () => {
  const seconds = Math.max(FEWEST_SECONDS, Math.min(...regions.map((region) => Number(region.dataset.live) || 20)));
  const asServed = new Map(regions.map((region) => [region.id, bare(region)]));
  const said = document.createElement("p");
  said.className = "govuk-body-s hub-live-said hub-not-printed";
  said.setAttribute("role", "status");
  regions[0].before(said);
  let [tag, wait, timer, typedAt, refreshedAt, isUnderWay, isOver] = ["", seconds, 0, -STILL_TYPING, new Date(), false, false];

  const clock = (at) => at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" });

  const isTyping = () => performance.now() - typedAt < STILL_TYPING;

  const isChanged = (input) =>
    input.options
      ? [...input.options].some((option) => option.selected !== option.defaultSelected)
      : input.checked !== input.defaultChecked || input.value !== input.defaultValue;

  // Whoever is in a part, or has ticked something there, keeps it as it is until they have left it.
  const isInUse = (region) =>
    region.contains(document.activeElement) ||
    [...region.querySelectorAll("input, textarea, select")].some((input) => input.type !== "hidden" && isChanged(input));

  const namesIn = (region) => new Set([...region.querySelectorAll(ITEMS)].map((item) => item.id));

  const newsOf = (before, after) => {
    const [old, now] = [namesIn(before), namesIn(after)];
    const come = [...now].filter((name) => !old.has(name)).length;
    const gone = [...old].filter((name) => !now.has(name)).length;
    return [come && words.come.replace("{}", come), gone && words.gone.replace("{}", gone)].filter(Boolean);
  };

  const put = (region, fresh) => {
    const after = bare(fresh);
    if (asServed.get(region.id).isEqualNode(after)) return [];
    if (isInUse(region)) {
      tag = "";
      return [words.waits];
    }
    const news = newsOf(asServed.get(region.id), after);
    region.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    initAll({ scope: region });
    asServed.set(region.id, after);
    return news;
  };

  const refreshed = (request) => {
    [wait, refreshedAt] = [seconds, new Date()];
    if (request.status === 304) {
      if (said.dataset.is === "failure") say("");
      return;
    }
    const page = request.response;
    tag = request.getResponseHeader("ETag") || "";
    document.title = page.title;
    const news = regions.flatMap((region) => {
      const fresh = page.getElementById(region.id);
      return fresh ? put(region, fresh) : [];
    });
    if (news.length || said.dataset.is === "failure") say([...new Set(news)].join(", "));
  };

  const say = (text, kind = "news") => {
    said.dataset.is = kind;
    if (said.textContent !== text) said.textContent = text;
  };

  const signedOut = () => {
    isOver = true;
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = `/sign-in?${new URLSearchParams({ next: location.pathname + location.search })}`;
    link.textContent = words.sign_in;
    say(`${words.signed_out} `, "failure");
    said.append(link);
  };

  const failed = () => {
    wait = Math.min(wait * 2, LONGEST_WAIT);
    say(words.not_since.replace("{}", clock(refreshedAt)), "failure");
  };

  const answered = (request) => {
    const isHere = !request.responseURL || new URL(request.responseURL).pathname === location.pathname;
    if (request.status === 401 || !isHere) return signedOut();
    if (request.status === 304 || (request.status === 200 && request.response)) refreshed(request);
    else failed();
    later();
  };

  const ask = () => {
    if (document.hidden || isUnderWay || isOver) return; // asked when it is seen again
    if (isTyping()) return later();
    isUnderWay = true;
    const request = new XMLHttpRequest();
    request.open("GET", location.pathname + location.search);
    request.responseType = "document";
    request.timeout = 15000;
    request.setRequestHeader("X-Hub-Live", "1");
    if (tag) request.setRequestHeader("If-None-Match", tag);
    request.onloadend = () => (isUnderWay = false);
    request.onload = () => answered(request);
    request.onerror = request.ontimeout = () => {
      failed();
      later();
    };
    request.send();
  };

  const later = () => {
    clearTimeout(timer);
    if (isOver) return;
    timer = setTimeout(ask, wait * 1000);
  };

  document.addEventListener("input", () => (typedAt = performance.now()));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    clearTimeout(timer);
    if (new Date() - refreshedAt > wait * 1000) ask();
    else later();
  });
  later();
};

if (regions.length) begin();

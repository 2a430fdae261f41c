// Keeps a draft while it is written: some seconds after the typing stops, and when a control is left. It never sends a notice.
// A form that begins something is led on to what it began: loaded again, the page shows what was kept.
// <form data-autosave data-unsent="…" data-ended="…"> with a <p role="status" data-autosaved>: what is said stands there.
// With data-keeps-trying it is sent again until the connection is back, and whoever leaves meanwhile is warned.
const STILL = 3000;
const AGAIN = 5000;

const watch = (form) => {
  const said = form.querySelector("[data-autosaved]");
  const keepsTrying = "keepsTrying" in form.dataset;
  let [timer, request, kept, isOver, waiting, isCutOff] = [0, null, null, false, null, false];

  const say = (text) => {
    if (said.textContent !== text) said.textContent = text;
  };

  const filled = () => {
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("csrf_token");
    for (const name of ["mark", "version"]) fields.delete(name);
    return fields.toString();
  };

  const done = () => {
    request = null;
    if (waiting) setTimeout(() => form.requestSubmit(waiting));
  };

  const answered = () => {
    isCutOff = false;
    const isAnswer = (request.getResponseHeader("Content-Type") || "").includes("json");
    const answer = isAnswer ? JSON.parse(request.responseText) : null;
    done();
    if (!answer || !answer.said) {
      kept = null;
      return say(form.dataset.ended);
    }
    for (const [name, value] of Object.entries(answer.controls || {})) form.elements[name].value = value;
    if (answer.action) {
      form.action = answer.action;
      history.replaceState(history.state, "", answer.action);
    }
    isOver = Boolean(answer.is_stale);
    say(answer.said);
    if (!isOver && filled() !== kept) later();
  };

  const save = () => {
    clearTimeout(timer);
    if (request || isOver || filled() === kept) return;
    kept = filled();
    request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Hub-Autosave", "1");
    request.setRequestHeader("Accept", "application/json");
    request.timeout = 15000;
    request.onload = answered;
    request.onerror = request.ontimeout = () => {
      kept = null;
      say(form.dataset.unsent);
      if (keepsTrying) {
        [isCutOff, waiting] = [true, null];
        timer = setTimeout(save, AGAIN);
      }
      done();
    };
    request.send(new URLSearchParams(new FormData(form)));
  };

  const later = () => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(save, STILL);
  };

  kept = filled();
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("focusout", (event) => event.relatedTarget?.type !== "submit" && save());
  // What was typed just before the page is left goes too: the browser sends it while it moves on.
  window.addEventListener("pagehide", () => {
    if (isOver || request || filled() === kept) return;
    const body = new URLSearchParams(new FormData(form));
    fetch(form.action, { method: "POST", body, keepalive: true, headers: { "X-Hub-Autosave": "1", Accept: "application/json" } }).catch(() => {});
  });
  if (keepsTrying) {
    window.addEventListener("online", save);
    window.addEventListener("beforeunload", (event) => isCutOff && event.preventDefault());
  }
  // Who presses the button while it is being saved waits until that is done: otherwise the two would look like two people's.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (request) {
      waiting = event.submitter;
      event.preventDefault();
    } else if (keepsTrying && (isCutOff || !navigator.onLine)) {
      // Sent now it would end on the browser's own page, which has nothing of what was typed.
      event.preventDefault();
      kept = null;
      save();
    } else {
      isOver = true;
    }
  });
};

document.querySelectorAll("form[data-autosave]").forEach(watch);

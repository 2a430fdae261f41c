// Below a postcode that is being typed: whose area it is in. Nothing that is typed is touched.
import { words } from "./words.js";

const STILL = 350;
const SHORTEST = 5;

const watch = (input) => {
  const said = document.createElement("p");
  said.className = "govuk-body hub-area-said";
  said.setAttribute("role", "status");
  input.closest(".govuk-form-group").append(said);
  let [request, timer, asked, quietUntil] = [null, 0, "", 0];

  const say = (text) => {
    if (said.textContent !== text) said.textContent = text;
  };

  const typed = () => input.value.replace(/\s+/g, "").toUpperCase();

  const answered = () => {
    if (request.status === 429) {
      quietUntil = performance.now() + 1000 * (Number(request.getResponseHeader("Retry-After")) || 60);
      asked = "";
    }
    const isAnswer = request.status === 200 && (request.getResponseHeader("Content-Type") || "").includes("json");
    say(isAnswer ? JSON.parse(request.responseText).said : "");
  };

  const ask = () => {
    const postcode = typed();
    const token = input.form && input.form.elements.csrf_token;
    if (!token || postcode === asked || performance.now() < quietUntil) return;
    asked = postcode;
    if (request) request.abort();
    request = new XMLHttpRequest();
    request.open("POST", "/areas/look-up");
    request.setRequestHeader("X-CSRF-Token", token.value);
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.timeout = 10000;
    request.onload = answered;
    request.onerror = request.ontimeout = () => {
      asked = "";
      say("");
    };
    say(words.looking);
    request.send(new URLSearchParams({ postcode: input.value.slice(0, 20) }));
  };

  const later = () => {
    clearTimeout(timer);
    if (typed().length >= SHORTEST) {
      timer = setTimeout(ask, STILL);
    } else {
      if (request) request.abort();
      asked = "";
      say("");
    }
  };

  input.addEventListener("input", later);
  input.addEventListener("change", later); // not at once: what is said would move the button that is being pressed
  if (typed().length >= SHORTEST) ask();
};

document.querySelectorAll("input[data-postcode]").forEach(watch);

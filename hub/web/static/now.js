// A button that fills in this moment, by London's clocks, where a moment is asked for: <div data-now="The words of the button">.
const offer = (part) => {
  const input = (end) => part.querySelector(`input[name$="-${end}"]`);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  button.textContent = part.dataset.now;
  button.addEventListener("click", () => {
    const asked = { timeZone: "Europe/London", hourCycle: "h23", day: "numeric", month: "numeric", year: "numeric", hour: "2-digit", minute: "2-digit" };
    const now = Object.fromEntries(new Intl.DateTimeFormat("en-GB", asked).formatToParts().map((each) => [each.type, each.value]));
    for (const end of ["day", "month", "year"]) input(end).value = String(Number(now[end]));
    input("time").value = `${now.hour}:${now.minute}`;
    input("time").dispatchEvent(new Event("input", { bubbles: true }));
  });
  part.append(button);
};

document.querySelectorAll("[data-now]").forEach(offer);

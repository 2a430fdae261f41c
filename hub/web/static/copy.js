// What is shown once can be copied with one press: ``data-copy`` is what its button says, ``data-copied`` what is said then.
// Without a clipboard (an address without https) there is no button, and the text is copied by hand.
const shown = navigator.clipboard ? document.querySelectorAll("[data-copy]") : [];
for (const each of shown) {
  const button = document.createElement("button");
  const told = document.createElement("p");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary hub-not-printed";
  button.textContent = each.dataset.copy;
  told.className = "govuk-body";
  told.setAttribute("role", "status");
  each.after(button, told);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(each.textContent.trim());
      told.textContent = each.dataset.copied;
    } catch {
      button.hidden = true; // the browser does not let us: the text stands above
    }
  });
}

// Asks a device for a passkey, or to make one, and puts its answer into the form around it.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const said = form.querySelector("[data-passkey-said]");
  const answer = form.querySelector("input[name=credential]");
  const words = JSON.parse(form.dataset.passkeyWords);
  const isNew = form.dataset.passkeyNew === "yes";
  let isAsking = false;

  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const toText = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const withBytes = (listed) => (listed || []).map((each) => ({ ...each, id: toBytes(each.id) }));

  const asked = () => {
    const options = JSON.parse(form.dataset.passkey);
    options.challenge = toBytes(options.challenge);
    if (isNew) {
      options.user.id = toBytes(options.user.id);
      options.excludeCredentials = withBytes(options.excludeCredentials);
    } else {
      options.allowCredentials = withBytes(options.allowCredentials);
    }
    return { publicKey: options };
  };

  const written = (credential) => {
    const response = { clientDataJSON: toText(credential.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = toText(credential.response[part]);
    }
    return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
  };

  const sentenceFor = (fault) => {
    if (fault.name === "InvalidStateError") return words.known;
    if (fault.name === "NotAllowedError") return words.not_given;
    return words.not_here;
  };

  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    said.textContent = words.waiting;
    try {
      const credential = isNew
        ? await navigator.credentials.create(asked())
        : await navigator.credentials.get(asked());
      answer.value = written(credential);
      said.textContent = words.given;
      form.submit();
    } catch (fault) {
      said.textContent = sentenceFor(fault);
      isAsking = false;
    }
  };

  if (!window.PublicKeyCredential) {
    said.textContent = words.unable;
    return;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  form.querySelector("button").removeAttribute("disabled");
  form.querySelector("button").removeAttribute("aria-disabled");
  said.textContent = isNew ? words.begin : words.asking;
  if (!isNew) ask();
})();

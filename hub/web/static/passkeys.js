// Asks a device for a passkey, or to make one, and puts its answer into the form around it.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const said = form.querySelector("[data-passkey-said]");
  const answer = form.querySelector("input[name=credential]");
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
    if (fault.name === "InvalidStateError") return "This device already holds a passkey of yours. Choose another device.";
    if (fault.name === "NotAllowedError") return "No passkey was given. Try again, or go back and choose another way.";
    return "This browser could not use a passkey here. Go back and choose another way.";
  };

  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    said.textContent = "Waiting for your device. Follow what it says.";
    try {
      const credential = isNew
        ? await navigator.credentials.create(asked())
        : await navigator.credentials.get(asked());
      answer.value = written(credential);
      said.textContent = "Thank you. One moment.";
      form.submit();
    } catch (fault) {
      said.textContent = sentenceFor(fault);
      isAsking = false;
    }
  };

  if (!window.PublicKeyCredential) {
    said.textContent = "This browser has no passkeys. Go back and choose another way.";
    return;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  said.textContent = isNew
    ? "When you have named it, your browser asks for the device."
    : "Asking your device.";
  if (!isNew) ask();
})();

// Security keys and passkeys (WebAuthn): forms with data-key="create" or "get" send what the browser got from a key.
"use strict";
(() => {
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (character) => character.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const named = (credentials) => (credentials || []).map((each) => ({ ...each, id: bytes(each.id) }));

  function options(data) {
    const wanted = { ...data.publicKey, challenge: bytes(data.publicKey.challenge) };
    if (wanted.user) wanted.user = { ...wanted.user, id: bytes(wanted.user.id) };
    if (wanted.excludeCredentials) wanted.excludeCredentials = named(wanted.excludeCredentials);
    if (wanted.allowCredentials) wanted.allowCredentials = named(wanted.allowCredentials);
    return { publicKey: wanted };
  }

  function told(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }

  for (const form of document.querySelectorAll("form[data-key]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      const fault = form.querySelector("[data-key-fault]");
      fault.hidden = true;
      const data = JSON.parse(document.getElementById("key-options").textContent);
      try {
        const credential = await navigator.credentials[form.dataset.key](options(data));
        form.elements.answer.value = JSON.stringify(told(credential));
        form.requestSubmit();
      } catch (error) {
        fault.hidden = false;
      }
    });
  }
})();

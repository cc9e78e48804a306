// Passkeys: hands the question of a page to the browser, and sends what the device answers like any other form.
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function withBytes(options) {
  const named = (held) => ({ ...held, id: bytesOf(held.id) });
  const asked = { ...options, challenge: bytesOf(options.challenge) };
  if (options.user) {
    asked.user = named(options.user);
  }
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) {
      asked[list] = options[list].map(named);
    }
  }
  return asked;
}

function withText(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) {
      response[part] = textOf(credential.response[part]);
    }
  }
  return { id: credential.id, rawId: textOf(credential.rawId), type: credential.type, clientExtensionResults: {}, response };
}

function messageOf(form, error) {
  if (error.name === "InvalidStateError") {
    return form.dataset.known;
  }
  return error.name === "NotAllowedError" || error.name === "AbortError" ? form.dataset.cancelled : form.dataset.failed;
}

function serve(form) {
  const told = form.querySelector("[data-passkey-told]");
  const button = form.querySelector("button");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    told.textContent = "";
    button.disabled = true;
    try {
      const publicKey = withBytes(JSON.parse(form.dataset.options));
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.answer.value = JSON.stringify(withText(credential));
      form.submit();
    } catch (error) {
      told.textContent = messageOf(form, error);
      button.disabled = false;
      button.focus();
    }
  });
}

if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-passkey-missing]").forEach((place) => place.remove());
  document.querySelectorAll("form[data-passkey]").forEach(serve);
}

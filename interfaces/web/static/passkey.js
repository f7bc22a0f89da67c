// Lets the browser ask an authenticator: once to make a passkey, later to prove it. The answer goes back with the form.
"use strict";
for (const button of document.querySelectorAll("button[data-passkey]")) {
  const form = button.form;
  const problem = document.getElementById("passkey-problem");
  const able = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON;
  if (!able) continue;
  document.getElementById("passkey-needs-script").hidden = true;
  button.hidden = false;
  button.addEventListener("click", async () => {
    problem.hidden = true;
    try {
      const asked = JSON.parse(button.dataset.asked);
      const credential = button.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
      form.elements.answer.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      problem.hidden = false;
      problem.focus();
    }
  });
}

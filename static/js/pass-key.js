// <pass-key data-kind="create|get" data-options="{…}">: a form that sends what the browser's passkey
// answers. Without options it asks `data-fetch` for them. Hidden where there are no passkeys.

const bytes = (text) => {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
};

const text = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const withBytes = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

function readOptions({ publicKey }) {
  return {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    ...(publicKey.user && { user: { ...publicKey.user, id: bytes(publicKey.user.id) } }),
    ...(publicKey.excludeCredentials && { excludeCredentials: withBytes(publicKey.excludeCredentials) }),
    ...(publicKey.allowCredentials && { allowCredentials: withBytes(publicKey.allowCredentials) }),
  };
}

function writeCredential(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const written = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      ...Object.fromEntries(written),
      ...(response.getTransports && { transports: response.getTransports() }),
    },
  };
}

// A key that signs in alone is found without a user name, and asks who holds it
function asPassKey(publicKey, isAlone) {
  if (isAlone === undefined) return publicKey;
  const chosen = isAlone
    ? { residentKey: "required", requireResidentKey: true, userVerification: "required" }
    : { residentKey: "discouraged", requireResidentKey: false };
  return {
    ...publicKey,
    authenticatorSelection: { ...publicKey.authenticatorSelection, ...chosen },
  };
}

class PassKey extends HTMLElement {
  connectedCallback() {
    this.hidden = !window.PublicKeyCredential;
    this.addEventListener("submit", this);
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this);
  }

  async handleEvent(event) {
    event.preventDefault();
    const form = event.target;
    try {
      form.elements.credential.value = JSON.stringify(writeCredential(await this.ask(form)));
    } catch (error) {
      this.say(error);
      return;
    }
    form.submit();
  }

  async ask(form) {
    const publicKey = readOptions(await this.options());
    if (this.dataset.kind === "get") return navigator.credentials.get({ publicKey });
    const alone = form.elements.passwordless?.checked;
    return navigator.credentials.create({ publicKey: asPassKey(publicKey, alone) });
  }

  async options() {
    if (this.dataset.options) return JSON.parse(this.dataset.options);
    const answer = await fetch(this.dataset.fetch, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    return (await answer.json()).request_options;
  }

  say(error) {
    const note = this.querySelector('[role="alert"]');
    note.hidden = false;
    note.querySelector("span").textContent = this.dataset.failed;
    note.title = error.message;
  }
}

customElements.define("pass-key", PassKey);

// What is typed stays: with an account on the server, otherwise in this browser, for a day or until it was sent.
{
  const PAUSE = 3000;
  const A_DAY = 24 * 60 * 60 * 1000;
  const SKIPPED = ["hidden", "file", "password", "submit"];

  const stored = (key) => {
    try {
      const draft = JSON.parse(localStorage.getItem(key));
      return draft && Date.now() - draft.at < A_DAY ? draft : null;
    } catch { return null; }
  };
  const forget = (key) => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } };
  const write = (key, values) => {
    try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), values })); } catch { /* full or forbidden */ }
  };
  const fields = (form) => [...form.elements].filter((each) => each.name && !SKIPPED.includes(each.type) && !each.closest("[aria-hidden]"));
  const values = (form) => fields(form).filter((each) => each.type !== "radio" || each.checked).map((each) => [each.name, each.value]);

  const bind = (form) => {
    const key = `draft:${form.dataset.draftKey}`;
    const address = form.dataset.draftAddress;
    let timer;
    const keep = () => {
      clearTimeout(timer);
      timer = null;
      if (!address) return write(key, values(form));
      const typed = new URLSearchParams([...values(form), ["token", form.elements.token?.value ?? ""], ["is_complete", "yes"]]);
      navigator.sendBeacon(address, typed);
    };
    const restore = (draft) => {
      const typed = new Map(draft.values);
      fields(form).forEach((each) => {
        if (each.type === "radio") each.checked = typed.has(each.name) ? each.value === typed.get(each.name) : each.checked;
        else if (typed.has(each.name) && !each.value) each.value = typed.get(each.name);
      });
      form.querySelector('[name="topic"]:checked')?.dispatchEvent(new Event("change", { bubbles: true }));
    };

    const draft = address ? null : stored(key);
    const isFresh = !fields(form).some((each) => each.tagName === "TEXTAREA" && each.value);
    if (draft && isFresh && draft.values.some(([name, text]) => ["subject", "body"].includes(name) && text)) {
      restore(draft);
      form.querySelector("[data-draft-notice]")?.removeAttribute("hidden");
    }
    form.querySelector("[data-draft-afresh]")?.addEventListener("click", () => { forget(key); location.reload(); });
    ["input", "change"].forEach((kind) => form.addEventListener(kind, () => {
      clearTimeout(timer);
      timer = setTimeout(keep, PAUSE);
    }));
    window.addEventListener("pagehide", () => { if (timer) keep(); });
    // A draft that arrived after the question itself would come back as if it had never been sent.
    form.addEventListener("submit", () => { if (!address) keep(); clearTimeout(timer); timer = null; });
  };

  // First forget: the page that says "sent" may hold the form for the next message.
  document.querySelectorAll('[data-behaviour~="sent"]').forEach((page) => forget(`draft:${page.dataset.draftKey}`));
  document.querySelectorAll('[data-behaviour~="draft"]').forEach(bind);
}

// An open case says every few seconds that somebody is here, and shows which colleagues are; nobody is asked while it is hidden.
{
  const PAUSE = 15000, WRITING = 30000, REST = 600000;
  const region = document.querySelector('[data-behaviour~="presence"]');
  let touched = Date.now(), wrote = 0;

  const ask = async () => {
    if (document.hidden || Date.now() - touched > REST) return;
    const said = new URLSearchParams({ token: region.dataset.token, seen: region.dataset.seen, is_complete: "yes", writing: Date.now() - wrote < WRITING ? "yes" : "" });
    const answer = await fetch(region.dataset.address, { method: "POST", body: said, redirect: "error" }).catch(() => null);
    if (answer?.status !== 200) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    // Read aloud only when it says something else than before.
    if (fresh.textContent.trim() !== region.textContent.trim()) region.replaceChildren(...fresh.childNodes);
  };

  if (region) {
    ["pointerdown", "keydown", "scroll"].forEach((sign) => document.addEventListener(sign, () => { touched = Date.now(); }, { passive: true }));
    document.querySelector("#body")?.addEventListener("input", () => { const was = wrote; wrote = Date.now(); if (wrote - was > WRITING) ask(); });
    document.addEventListener("visibilitychange", ask);
    setInterval(ask, PAUSE);
    ask();
  }
}

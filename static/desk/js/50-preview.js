// The preview follows what is typed, after a pause; without a script there is a button for it.
{
  const PAUSE = 900;
  const form = document.querySelector('form[data-behaviour~="preview"]');
  const place = document.querySelector("[data-preview]");
  let timer, asked;

  const show = async () => {
    asked?.abort();
    asked = new AbortController();
    const typed = new FormData(form);
    typed.delete("picture");
    typed.set("mark", form.dataset.mark);
    const answer = await fetch(form.dataset.address, { method: "POST", body: typed, signal: asked.signal, redirect: "error" }).catch(() => null);
    if (answer?.status === 200) place.innerHTML = await answer.text();
  };

  if (form && place) {
    form.addEventListener("input", (event) => {
      if (event.target.type === "file") return;
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    });
  }
}

// The preview follows what is typed, after a pause; without a script there is a button for it.
// A place for one of several languages names what its fields begin with.
{
  const PAUSE = 900;
  const form = document.querySelector('form[data-behaviour~="preview"]');
  const places = [...document.querySelectorAll("[data-preview], [data-preview-of]")];

  const fieldsOf = (start) => {
    const found = new FormData();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name.startsWith(start)) found.append(name.slice(start.length), value);
    }
    return found;
  };

  const follow = (place) => {
    const start = place.dataset.previewOf ?? "";
    let timer, asked;
    const show = async () => {
      asked?.abort();
      asked = new AbortController();
      const typed = fieldsOf(start);
      typed.set("mark", place.dataset.mark ?? form.dataset.mark);
      const answer = await fetch(form.dataset.address, { method: "POST", body: typed, signal: asked.signal, redirect: "error" }).catch(() => null);
      if (answer?.status === 200) place.innerHTML = await answer.text();
    };
    form.addEventListener("input", (event) => {
      if (event.target.type === "file" || !event.target.name?.startsWith(start)) return;
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    });
  };

  if (form) places.forEach(follow);
}

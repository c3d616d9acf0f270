// Counts of the queues stay fresh while somebody is there; a desk that nobody touches asks no more and can be signed out.
// On a phone the queues are one line: the one that is open is in sight.
{
  const PAUSE = 15000, REST = 600000;
  const list = document.querySelector('[data-behaviour~="counts"]');
  let tag = "", touched = Date.now();

  const put = (counts) => document.querySelectorAll("[data-count]").forEach((place) => {
    const count = counts[place.dataset.count];
    if (count === undefined || place.textContent === count) return;
    place.textContent = count;
    place.toggleAttribute("data-none", count === "0");
    if (place.dataset.count === "notices") place.hidden = count === "0";
  });

  const ask = async () => {
    if (document.hidden || Date.now() - touched > REST) return;
    const answer = await fetch(list.dataset.address, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store", redirect: "error" }).catch(() => null);
    if (answer?.status !== 200) return;
    tag = answer.headers.get("ETag") ?? "";
    put(await answer.json());
  };

  if (list) {
    const here = list.querySelector("[aria-current]");
    if (here && list.scrollWidth > list.clientWidth) list.scrollLeft += here.getBoundingClientRect().left - list.getBoundingClientRect().left - (list.clientWidth - here.offsetWidth) / 2;
    ["pointerdown", "keydown", "scroll"].forEach((sign) => document.addEventListener(sign, () => { touched = Date.now(); }, { passive: true }));
    document.addEventListener("visibilitychange", ask);
    setInterval(ask, PAUSE);
  }
}

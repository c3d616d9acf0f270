/* A question's page looks for news by itself: often while somebody is there, seldom later, never unseen. */
{
  const QUICK = 5000, SLOW = 60000, CALMER = 1.25;

  /* Forms stand in these parts too: what somebody types or has opened there is never touched. */
  const isInUse = (part) => part.contains(document.activeElement)
    || [...part.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue)
    || [...part.querySelectorAll("input[type=radio]")].some((field) => field.checked !== field.defaultChecked);

  const replace = (part, fresh) => {
    part.querySelectorAll("details[open]").forEach((open) => {
      const same = fresh.querySelector(`[data-keep="${open.dataset.keep}"]`);
      if (same) same.open = true;
    });
    part.replaceChildren(...fresh.childNodes);
  };

  const bind = (page) => {
    let pause = QUICK, timer;

    const take = (html) => {
      const news = new DOMParser().parseFromString(html, "text/html").querySelector("[data-tag]");
      if (!news) return;
      const parts = [...page.querySelectorAll("[data-news]")];
      const free = parts.filter((part) => !isInUse(part));
      free.forEach((part) => replace(part, news.querySelector(`[data-news="${part.dataset.news}"]`)));
      /* What was in use is asked for again with the old mark. */
      if (free.length === parts.length) page.dataset.tag = news.dataset.tag;
      if (page.dataset.told === news.dataset.tag) return;
      page.dataset.told = news.dataset.tag;
      page.querySelector("[data-news-said]").textContent = news.dataset.said;
      pause = QUICK;
    };

    const ask = async () => {
      pause = Math.min(pause * CALMER, SLOW);
      try {
        const answer = await fetch(page.dataset.address, { headers: { "If-None-Match": `"${page.dataset.tag}"` }, cache: "no-store" });
        if ([403, 404, 410].includes(answer.status)) return;
        if (answer.status === 200) take(await answer.text());
      } catch { pause = SLOW; }
      wait();
    };

    const wait = () => {
      clearTimeout(timer);
      if (!document.hidden) timer = setTimeout(ask, pause);
    };
    const wake = () => { if (pause > 2 * QUICK) { pause = QUICK; wait(); } };

    document.addEventListener("visibilitychange", () => { pause = QUICK; if (document.hidden) clearTimeout(timer); else ask(); });
    ["pointerdown", "keydown", "scroll"].forEach((sign) => document.addEventListener(sign, wake, { passive: true }));
    if (location.search === "?sent=yes") history.replaceState(null, "", location.pathname + location.hash);
    wait();
  };

  document.querySelectorAll('[data-behaviour~="news"]').forEach(bind);
}

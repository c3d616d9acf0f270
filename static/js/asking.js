// With script everything is shown while it is written: the page that asks once more is not needed.
{
  document.querySelectorAll('[data-behaviour~="asking"]').forEach((form) => {
    if (!window.htmx) return;
    form.elements.is_checked.value = "yes";
    form.closest(".ask").classList.add("ask--scripted");
    let isSent = false;

    // A second press while the first is under way sends nothing twice; the server would notice as well.
    form.addEventListener("submit", (event) => {
      if (isSent) event.preventDefault();
      isSent = true;
      setTimeout(() => { isSent = false; }, 4000);
    });
    window.addEventListener("pageshow", () => { isSent = false; });
  });
}

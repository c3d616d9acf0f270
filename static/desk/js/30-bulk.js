// How many cases are chosen stands beside what can be done with them, which stays in sight; one box chooses all of the page.
document.querySelectorAll('[data-behaviour~="bulk"]').forEach((form) => {
  const bar = form.querySelector("[data-bulk]"), place = form.querySelector("[data-bulk-count]"), words = place.textContent;
  const cases = [...form.querySelectorAll('input[name="case"]')], all = form.querySelector("[data-bulk-all] input");
  const count = () => {
    const chosen = cases.filter((each) => each.checked).length;
    all.checked = chosen === cases.length;
    all.indeterminate = chosen > 0 && !all.checked;
    place.textContent = chosen ? `${words} ${chosen}` : words;
    bar.toggleAttribute("data-chosen", chosen > 0);
  };
  all.addEventListener("change", () => { for (const each of cases) each.checked = all.checked; });
  form.addEventListener("change", count);
  all.parentElement.hidden = false;
  count();
});

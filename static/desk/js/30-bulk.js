// How many cases are chosen stands beside the changes, which open with the first one.
document.querySelectorAll('[data-behaviour~="bulk"]').forEach((form) => {
  const place = form.querySelector("[data-bulk-count]"), changes = form.querySelector("[data-bulk]");
  form.addEventListener("change", (event) => {
    if (event.target.name !== "case") return;
    const chosen = form.querySelectorAll('input[name="case"]:checked').length;
    place.textContent = chosen ? `(${chosen})` : "";
    if (chosen === 1 && event.target.checked) changes.open = true;
  });
});

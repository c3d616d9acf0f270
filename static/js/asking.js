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

    // Answers are offered before the form is full: sending anyway leads on to what is still empty.
    const fields = "#topic input, #subject, #body, #urgency input[type=radio], #name, #email";
    const isEmpty = (field) => !(field.type === "radio" ? form.elements[field.name].value : field.value.trim());
    form.addEventListener("click", (event) => {
      const missing = event.target.closest("[data-anyway]") && [...form.querySelectorAll(fields)].find(isEmpty);
      if (!missing) return;
      event.preventDefault();
      missing.focus();
    });

    // What is wrong is said until somebody mends it.
    form.addEventListener("input", ({ target }) => {
      if (!target.name || isEmpty(target)) return;
      target.removeAttribute("aria-invalid");
      target.closest(".field, fieldset")?.querySelector(".field__error")?.remove();
    });
    window.addEventListener("pageshow", () => { isSent = false; });
  });
}

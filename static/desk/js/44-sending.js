// Ctrl or Command with Enter sends what is being written: nobody has to go past everything below the text to its button.
document.querySelectorAll("textarea[data-key]").forEach((text) => {
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.repeat) return;
    event.preventDefault();
    text.form.requestSubmit();
  });
});

// Who goes back after sending finds the page anew: their text, which the browser has kept, beside the stamp of a new form.
// The same text from the same place is the same sending, and goes with the stamp that it was sent with.
{
  const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const before = (isBack && history.state?.sent) || {};
  const isFilled = ({ name, type, value, checked }) =>
    name && value && (["radio", "checkbox"].includes(type) ? checked : !["hidden", "file", "submit"].includes(type));
  const filled = (form) => [...form.elements].filter(isFilled).map(({ name, value }) => `${name}=${value}`);

  document.addEventListener("submit", ({ target: form }) => {
    const stamp = form.elements.stamp;
    if (!stamp) return;
    const [place, texts] = [form.getAttribute("action"), filled(form)];
    // Fields that come with a choice, as those of a topic, are not there again yet.
    if (before[place] && texts.every((text) => before[place].texts.includes(text))) stamp.value = before[place].stamp;
    history.replaceState({ ...history.state, sent: { [place]: { stamp: stamp.value, texts } } }, "");
  });
}

// Takes a held file out of the form, and tells the server that nobody needs it any more.
{
  document.querySelectorAll('[data-behaviour~="uploads-remove"]').forEach((box) => {
    box.addEventListener("click", (event) => {
      const item = event.target.closest(".uploads__remove")?.closest("li");
      if (!item) return;
      event.preventDefault();
      const body = new FormData();
      body.append("key", item.querySelector("[name=uploads]").value);
      // At the desk a file is kept for a person, whose token the form has.
      body.append("token", box.closest("form").elements.token?.value ?? "");
      body.append("is_complete", "yes");
      fetch(box.dataset.removal, { method: "POST", body });
      item.remove();
      box.querySelector("[role=status]").textContent = box.dataset.removed;
      box.querySelector("[type=file]").focus();
    });
  });
}

// Files dragged over a form's file field or pasted into the form are chosen like others.
{
  document.querySelectorAll('[data-behaviour~="uploads-choose"]').forEach((box) => {
    const form = box.closest("form");
    const choose = (files) => box.dispatchEvent(new CustomEvent("files", { detail: files }));
    const hover = (isOver) => box.classList.toggle("uploads--over", isOver);
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

    form.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      hover(true);
    });
    form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) hover(false); });
    form.addEventListener("drop", (event) => {
      hover(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      choose([...event.dataTransfer.files]);
    });
    form.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      // Text stays text, also where a word processor puts a picture of it beside it.
      if (!files.length || event.clipboardData.types.includes("text/plain")) return;
      event.preventDefault();
      choose(files);
    });
  });
}

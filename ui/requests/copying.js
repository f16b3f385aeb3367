// Buttons that copy a text. Where the page is not served securely the clipboard is reached the old way.
export default function ({ data, parentElement }) {
  const row = document.createElement("div");
  row.className = "hg-copies";
  for (const { label, text } of data.items) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.addEventListener("click", async () => {
      button.textContent = (await copy(text)) ? "Copied" : "Press Ctrl+C";
      setTimeout(() => (button.textContent = label), 1600);
    });
    row.append(button);
  }
  parentElement.replaceChildren(row);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text });
    const dialog = document.querySelector('[role="dialog"]') ?? document.body;
    dialog.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

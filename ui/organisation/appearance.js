// The theme. Streamlit keeps it in the browser under the address that was opened, so it is set for every page.
const CHOICES = [["System", "As the system has it"], ["Light", "Light"], ["Dark", "Dark"]];

export default function ({ data, parentElement }) {
  const key = (path) => `stActiveTheme-${path}-v2`;
  const now = JSON.parse(localStorage.getItem(key(location.pathname)) ?? '"System"');
  const group = document.createElement("div");
  group.className = "hg-choices";
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-label", "Theme");
  for (const [value, text] of CHOICES) {
    const label = document.createElement("label");
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: "theme", checked: value === now });
    radio.addEventListener("change", () => {
      for (const path of data.paths) localStorage.setItem(key(path), JSON.stringify(value));
      location.reload();
    });
    label.append(radio, text);
    group.append(label);
  }
  parentElement.replaceChildren(group);
}

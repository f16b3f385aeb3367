// Ace as it is wanted here: loaded once from the dashboard itself, with our mode, our theme and our completion.

import { completer } from "./complete.js";
import { define } from "./mode.js";
import { words } from "./words.js";

const FROM = "/assets/ace/";
const OPTIONS = {
  mode: "ace/mode/hql",
  fontSize: 14,
  tabSize: 2,
  useSoftTabs: true,
  showPrintMargin: false,
  wrap: true,
  useWorker: false,
  indentedSoftWrap: false,
  scrollPastEnd: 0.3,
  fixedWidthGutter: true,
  highlightActiveLine: true,
  showFoldWidgets: false,
  enableBasicAutocompletion: true,
  enableLiveAutocompletion: true,
  enableSnippets: false,
  placeholder: "SELECT …",
};

let loading = null;

/** `window.ace`, once it is there. */
export function load() {
  loading ??= (async () => {
    await script("ace.js");
    await script("ext-language_tools.js");
    window.ace.config.set("basePath", FROM);
    define(window.ace, words);
    for (const dark of [false, true]) theme(window.ace, dark);
    window.ace.require("ace/ext/language_tools").setCompleters([completer(words)]);
    return window.ace;
  })();
  return loading;
}

export function create(ace, parent) {
  const editor = ace.edit(parent, OPTIONS);
  editor.textInput.getElement().setAttribute("aria-label", "SQL; Escape, then Tab, leaves the editor");
  letOut(editor, parent);
  // These are the browser's and the page's.
  for (const name of ["gotoline", "showSettingsMenu", "openCommandPalette", "openCommandPallete"]) {
    editor.commands.removeCommand(name);
  }
  chooseByHand(ace.require("ace/autocomplete").Autocomplete.for(editor));
  // What ends a name ends its list, at once: what is typed next has a list of its own.
  editor.commands.on("exec", ({ command, args }) => {
    if (command.name === "insertstring" && !/^\w+$/.test(args) && editor.completer.activated) editor.completer.detach();
  });
  return editor;
}

/** Tab indents; after Escape it goes on to the next field, so that the keyboard is not caught in the editor. */
function letOut(editor, parent) {
  let leaving = false;
  parent.addEventListener(
    "keydown",
    event => {
      if (event.key === "Tab" && leaving) event.stopPropagation();
      if (event.key !== "Shift") leaving = event.key === "Escape" && !editor.completer?.activated;
    },
    true,
  );
}

/** What pops up by itself takes nothing over unless it is chosen: Enter stays a line break, Tab takes the first. */
function chooseByHand(completer) {
  Object.defineProperty(completer, "autoSelect", { get: () => !completer.autoShown, set: () => {} });
  const choose = first => {
    // The list follows typing by a moment: what is taken must fit what stands there now.
    completer.updateCompletions(true);
    if (!completer.activated) return false;
    if (first && completer.popup.getRow() < 0) completer.goTo("down");
    return completer.insertMatch();
  };
  completer.keyboardHandler.bindKey("Tab", () => choose(true));
  completer.keyboardHandler.bindKey("Return", () => choose(false));
}

export function follow(editor, dark, font) {
  editor.setTheme(dark ? "ace/theme/heliograph_dark" : "ace/theme/heliograph");
  editor.setOption("fontFamily", font);
}

/** The colours are in hql.css. */
function theme(ace, dark) {
  const name = dark ? "heliograph_dark" : "heliograph";
  ace.define(`ace/theme/${name}`, ["require", "exports"], (_, exports) => {
    Object.assign(exports, { isDark: dark, cssClass: `ace-${name.replace("_", "-")}`, cssText: "" });
  });
}

function script(name) {
  return new Promise((resolve, reject) => {
    const tag = Object.assign(document.createElement("script"), { src: FROM + name, onload: resolve });
    tag.onerror = () => reject(new Error(`The editor's ${name} could not be loaded.`));
    document.head.append(tag);
  });
}

import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import { useState } from "react";

const THEMES = [
  { value: "light", label: "Light", sign: "☀" },
  { value: "system", label: "As the system", sign: "◐" },
  { value: "dark", label: "Dark", sign: "☾" },
];

/** Light, dark, or what the system says; public/theme.js reads the choice at the next start. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? "system");
  function choose([chosen]: string[]) {
    if (chosen === undefined) {
      return;
    }
    setTheme(chosen);
    if (chosen === "system") {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = chosen;
    }
    try {
      if (chosen === "system") {
        localStorage.removeItem("theme");
      } else {
        localStorage.setItem("theme", chosen);
      }
    } catch {
      // Storage is switched off: the choice holds until the page is left.
    }
  }
  return (
    <ToggleGroup className="themes" aria-label="Theme" value={[theme]} onValueChange={choose}>
      {THEMES.map(({ value, label, sign }) => (
        <Toggle key={value} value={value} className="theme" aria-label={label} title={label}>
          <span aria-hidden="true">{sign}</span>
        </Toggle>
      ))}
    </ToggleGroup>
  );
}

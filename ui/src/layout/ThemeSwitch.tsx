import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import { useState } from "react";

const THEMES = [
  { value: "light", label: "Light", icon: "☀" },
  { value: "system", label: "System", icon: "◐" },
  { value: "dark", label: "Dark", icon: "☾" },
];

/** Light, dark, or the system's theme. public/theme.js reads the choice on the next load. */
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
      // Storage is disabled: the choice is lost on reload.
    }
  }
  return (
    <ToggleGroup className="themes" aria-label="Theme" value={[theme]} onValueChange={choose}>
      {THEMES.map(({ value, label, icon }) => (
        <Toggle key={value} value={value} className="theme" aria-label={label} title={label}>
          <span aria-hidden="true">{icon}</span>
        </Toggle>
      ))}
    </ToggleGroup>
  );
}

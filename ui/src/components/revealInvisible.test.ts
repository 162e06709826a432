import { expect, it } from "vitest";
import { revealInvisible } from "./revealInvisible";

it("replaces controls and formats by their code points, and nothing else", () => {
  expect(revealInvisible("a\u0000\u001b[31m\r\u007f\u0085 \u202egnp.exe\u2066\u200b\ufeff\u2028 é🦊\n\t")).toBe(
    "a⟨U+0000⟩⟨U+001B⟩[31m⟨U+000D⟩⟨U+007F⟩⟨U+0085⟩ ⟨U+202E⟩gnp.exe⟨U+2066⟩⟨U+200B⟩⟨U+FEFF⟩⟨U+2028⟩ é🦊\n\t",
  );
});

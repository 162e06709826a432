/** Characters that are invisible or change the direction of their neighbours: all controls and formats except line feed and tab. */
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Replaces each invisible character with its code point: U+202E becomes ⟨U+202E⟩. */
export function revealInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

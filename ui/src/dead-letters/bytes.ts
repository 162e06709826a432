const MAX_INDENT = 32;

/**
 * Formats JSON with one line per value. It works on the text, because `JSON.parse` would change numbers, duplicate names and escapes.
 *
 * @returns undefined unless the text is an object or an array
 */
export function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text) || !isJson(text)) {
    return undefined;
  }
  let pretty = "";
  let depth = 0;
  const line = () => `\n${"  ".repeat(Math.min(depth, MAX_INDENT))}`;
  // A string, an empty object or array, a punctuator, or a number or literal.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === "{" || token === "[") {
      depth++;
      pretty += token + line();
    } else if (token === "}" || token === "]") {
      depth--;
      pretty += line() + token;
    } else if (token === ",") {
      pretty += token + line();
    } else if (token === ":") {
      pretty += ": ";
    } else {
      pretty += /^[[{]/.test(token) ? token.replace(/\s/g, "") : token;
    }
  }
  return pretty;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A hex dump: per line the offset, the bytes in hexadecimal, and the same bytes in ASCII. */
export function hexDump(bytes: Uint8Array, perLine: number): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += perLine) {
    const line = [...bytes.subarray(at, at + perLine)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${hex.padEnd(perLine * 3 - 1)}  ${ascii}`);
  }
  return lines.join("\n");
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export function formatSize(bytes: number): string {
  return bytes === 1 ? "1 byte" : `${bytes.toLocaleString()} bytes`;
}

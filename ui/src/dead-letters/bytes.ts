const DEEPEST_INDENT = 32;

/**
 * JSON with a line for each value. Numbers, names that stand twice and escapes stay as they came, which `JSON.parse` would not do.
 *
 * @returns undefined when it is no object and no array
 */
export function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text) || !isJson(text)) {
    return undefined;
  }
  let pretty = "";
  let depth = 0;
  const line = () => `\n${"  ".repeat(Math.min(depth, DEEPEST_INDENT))}`;
  // A text, an empty object or array, a sign, or a number or word.
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

/** Bytes as one looks at them: the offset, the bytes in hexadecimal, and what is ASCII of them. */
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

export function sizeWords(bytes: number): string {
  return bytes === 1 ? "1 byte" : `${bytes.toLocaleString()} bytes`;
}

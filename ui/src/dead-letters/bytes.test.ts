import { describe, expect, it } from "vitest";
import { bytesOf, hexDump, prettyJson } from "./bytes";
import { bytesWords } from "./LetterBytes";

describe("JSON", () => {
  it("gets its lines, and keeps numbers, doubled names and escapes", () => {
    expect(prettyJson(' {"n":12345678901234567890.10,"n":1e999, "a":[ ],"o":{ }, "s":"x\\"{,:\\u0041"}')).toBe(
      '{\n  "n": 12345678901234567890.10,\n  "n": 1e999,\n  "a": [],\n  "o": {},\n  "s": "x\\"{,:\\u0041"\n}',
    );
    expect(prettyJson('[1,{"a":null}]')).toBe('[\n  1,\n  {\n    "a": null\n  }\n]');
  });

  it.each(["", "12", '"text"', '{"cut":"of', "{'a':1}", "no json"])("is not %s", (text) => {
    expect(prettyJson(text)).toBeUndefined();
  });

  it("may be nested deep", () => {
    const deep = "[".repeat(5_000) + "1" + "]".repeat(5_000);
    expect(prettyJson(deep)?.replace(/\s/g, "")).toBe(deep);
  });
});

describe("bytes", () => {
  it("stand beside their characters", () => {
    expect(hexDump(bytesOf("AAFBfn+A/w=="), 4)).toBe("00000000  00 01 41 7e  ··A~\n00000004  7f 80 ff     ···");
    expect(hexDump(new Uint8Array(), 16)).toBe("");
  });

  it("are counted in words", () => {
    const bytes = { size: 1, base64: "YQ==", text: "a", truncated: false, masked: false };
    expect(bytesWords(bytes)).toBe("1 byte.");
    expect(bytesWords({ ...bytes, text: null })).toBe("1 byte, no text.");
    expect(bytesWords({ ...bytes, size: 1_000_000, truncated: true, masked: true })).toBe(
      '1,000,000 bytes. Only the first 1 are shown. "***" stands for what is secret.',
    );
    expect(bytesWords({ ...bytes, base64: null, text: null, masked: true })).toBe(
      "1 byte. Nothing of it is shown, because it may hold a secret.",
    );
  });
});

import { describe, expect, it } from "vitest";
import { bytesOf, hexDump, prettyJson } from "./bytes";
import { describeBytes } from "./DeadLetterBytes";

describe("prettyJson", () => {
  it("keeps numbers, duplicate names and escapes as written", () => {
    expect(prettyJson(' {"n":12345678901234567890.10,"n":1e999, "a":[ ],"o":{ }, "s":"x\\"{,:\\u0041"}')).toBe(
      '{\n  "n": 12345678901234567890.10,\n  "n": 1e999,\n  "a": [],\n  "o": {},\n  "s": "x\\"{,:\\u0041"\n}',
    );
    expect(prettyJson('[1,{"a":null}]')).toBe('[\n  1,\n  {\n    "a": null\n  }\n]');
  });

  it.each(["", "12", '"text"', '{"cut":"of', "{'a':1}", "no json"])("rejects %j", (text) => {
    expect(prettyJson(text)).toBeUndefined();
  });

  it("formats deeply nested JSON", () => {
    const deep = "[".repeat(5_000) + "1" + "]".repeat(5_000);
    const pretty = prettyJson(deep);
    expect(pretty?.replace(/\s/g, "")).toBe(deep);
    expect(Math.max(...(pretty?.split("\n") ?? []).map((line) => line.search(/\S/)))).toBe(64);
  });
});

describe("hexDump", () => {
  it("shows bytes next to their ASCII characters", () => {
    expect(hexDump(bytesOf("AAFBfn+A/w=="), 4)).toBe("00000000  00 01 41 7e  ··A~\n00000004  7f 80 ff     ···");
    expect(hexDump(new Uint8Array(), 16)).toBe("");
  });
});

describe("describeBytes", () => {
  const bytes = { size: 1, base64: "YQ==", text: "a", truncated: false, masked: false };

  it("says what is binary, truncated, masked or hidden", () => {
    expect(describeBytes(bytes)).toBe("1 byte.");
    expect(describeBytes({ ...bytes, text: null })).toBe("1 byte, binary.");
    expect(describeBytes({ ...bytes, size: 0, base64: "", text: null })).toBe("0 bytes.");
    expect(describeBytes({ ...bytes, size: 1_000_000, truncated: true, masked: true })).toBe(
      '1,000,000 bytes. Only the first 1 are shown. Secrets are masked as "***".',
    );
    expect(describeBytes({ ...bytes, base64: null, text: null, masked: true })).toBe("1 byte, hidden: it may contain a secret.");
  });
});

import { describe, expect, it } from "vitest";
import { en } from "./en";
import { formats } from "./format";
import { zh } from "./zh";

function flat(texts: object, path = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${path}${key}`, value] as [string, string]] : flat(value, `${path}${key}.`),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe("the console's texts", () => {
  const chinese = new Map(flat(zh));

  it("exist in both languages, none empty", () => {
    expect([...chinese.keys()].sort()).toEqual(
      flat(en)
        .map(([key]) => key)
        .sort(),
    );
    for (const [key, text] of [...flat(en), ...chinese]) expect(text, key).not.toBe("");
  });

  it("have the same placeholders in both", () => {
    const differing = flat(en).filter(
      ([key, text]) => String(placeholders(chinese.get(key) ?? "")) !== String(placeholders(text)),
    );
    expect(differing).toEqual([]);
  });
});

describe("numbers and times", () => {
  it("durations are exact below a minute", () => {
    expect(formats.en.duration(850.4)).toBe("850 ms");
    expect(formats.en.duration(2345)).toBe("2.35 s");
    expect(formats.en.duration(125_000)).toBe("2 mins 5 secs");
    expect(formats.zh.duration(125_000)).toBe("2分钟 5秒");
  });

  it("ages are told in each language", () => {
    expect(formats.en.age(12_300)).toBe("12 seconds");
    expect(formats.zh.age(12_300)).toBe("12秒钟");
    expect(formats.en.ago(3_700_000)).toBe("1 hour ago");
    expect(formats.zh.ago(3_700_000)).toBe("1小时前");
  });

  it("sizes carry binary units", () => {
    expect(formats.en.bytes(96 * 1024 ** 2)).toBe("96 MiB");
    expect(formats.en.bytes(1.5 * 1024 ** 3)).toBe("1.5 GiB");
  });

  it("a server text falls back to the other language rather than to nothing", () => {
    expect(formats.zh.text({ en: "only English", zh: "" })).toBe("only English");
    expect(formats.zh.text(null)).toBe("");
  });
});

import { expect, test } from "vitest";
import { PALETTE, RunColours, runColour } from "./colours";

type Rgb = [number, number, number];

const linear = (colour: string): Rgb =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(linear(a)), luminance(linear(b))];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** How a colour looks without one of the cones, after Viénot. */
const SEEN: ((rgb: Rgb) => Rgb)[] = [
  (rgb) => rgb,
  ([r, g, b]) => [0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, 0.02234 * (g - r) + b],
  ([r, g, b]) => [0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g, 0.00401 * (r - g) + b],
];

function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122 * r + 0.5363 * g + 0.0514 * b);
  const m = Math.cbrt(0.2119 * r + 0.6807 * g + 0.1074 * b);
  const s = Math.cbrt(0.0883 * r + 0.2817 * g + 0.63 * b);
  return [
    0.2105 * l + 0.7936 * m - 0.0041 * s,
    1.978 * l - 2.4286 * m + 0.4506 * s,
    0.0259 * l + 0.7828 * m - 0.8087 * s,
  ];
}

test("each colour stands out from the page in both themes", () => {
  for (const colour of PALETTE) {
    expect(contrast(colour, "#ffffff"), colour).toBeGreaterThanOrEqual(3);
    expect(contrast(colour, "#15181d"), colour).toBeGreaterThanOrEqual(3);
  }
});

test("two colours stay apart for people who see no red or no green", () => {
  for (const seen of SEEN) {
    const labs = PALETTE.map((colour) => oklab(seen(linear(colour))));
    for (const [at, a] of labs.entries()) {
      for (const b of labs.slice(at + 1)) {
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        expect(distance).toBeGreaterThan(0.06);
      }
    }
  }
});

test("a run's colour is always the same, and all colours are used", () => {
  expect(runColour("0123456789abcdef0123456789abcdef")).toBe(
    runColour("0123456789abcdef0123456789abcdef"),
  );
  const ids = Array.from({ length: 1200 }, (_, at) => at.toString(16).padStart(32, "0"));
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(runColour(id), (counts.get(runColour(id)) ?? 0) + 1);
  expect([...counts.keys()].toSorted()).toEqual([...PALETTE].toSorted());
  expect(Math.max(...counts.values())).toBeLessThan(200);
});

test("the colour of the tag wins where it is one", () => {
  expect(runColour("a", "#Ff0000")).toBe("#Ff0000");
  expect(runColour("a", "red; background: url(x)")).toBe(runColour("a"));
  expect(runColour("a", "")).toBe(runColour("a", null));
});

const runs = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: (at * 7919).toString(16).padStart(32, "0") }));
const values = (colours: ReadonlyMap<string, string>) => [...colours.values()];

test("no two of twelve runs share a colour, whichever they are", () => {
  for (let from = 0; from < 40; from += 1) {
    const some = runs(60).slice(from, from + 12);
    const colours = new RunColours().assign(some);
    expect(new Set(values(colours)).size).toBe(12);
    // The page that is loaded again says the same.
    expect(new RunColours().assign(some)).toEqual(colours);
  }
});

test("the first twelve of more runs share no colour, and the others share evenly", () => {
  const many = runs(30);
  const colours = new RunColours().assign(many);
  expect(new Set(many.slice(0, 12).map(({ id }) => colours.get(id))).size).toBe(12);
  const counts = PALETTE.map((one) => values(colours).filter((colour) => colour === one).length);
  expect(Math.min(...counts)).toBe(2);
  expect(Math.max(...counts)).toBe(3);
});

test("a run keeps its colour when others come, go, and change places", () => {
  const colours = new RunColours();
  const some = runs(20);
  const before = colours.assign(some.slice(0, 8));
  const after = colours.assign(some.slice(4, 16).toReversed());
  for (const { id } of some.slice(4, 8)) expect(after.get(id)).toBe(before.get(id));
  const many = colours.assign(some);
  for (const { id } of some.slice(4, 16)) expect(many.get(id)).toBe(after.get(id));
});

test("runs that shared a colour among many have one each when they are few", () => {
  const colours = new RunColours();
  const many = runs(24);
  const before = colours.assign(many);
  const [first] = many;
  const same = many.filter(({ id }) => before.get(id) === before.get(first?.id ?? ""));
  expect(same.length).toBeGreaterThan(1);
  const after = colours.assign(same);
  expect(new Set(values(after)).size).toBe(same.length);
  expect(after.get(first?.id ?? "")).toBe(before.get(first?.id ?? ""));
});

test("no run gets the colour that another's tag names", () => {
  const some = runs(12);
  const own = runColour(some[0]?.id ?? "");
  const tagged = some.map((run, at) => (at === 11 ? { ...run, tag: own.toUpperCase() } : run));
  const colours = new RunColours().assign(tagged);
  expect(colours.get(some[11]?.id ?? "")).toBe(own.toUpperCase());
  expect(new Set(values(colours).map((colour) => colour.toLowerCase())).size).toBe(12);
});

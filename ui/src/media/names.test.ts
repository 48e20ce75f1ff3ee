import { expect, test } from "vitest";
import { isStepped, itemAt, mediaOf, mediaTable } from "./names";

const file = (path: string) => ({ path, is_dir: false, file_size: 1 });
const UUID = "0c5b3f0e-1111-4222-8333-444455556666";

test("names of mlflow.log_image, of now and of before, without their smaller copies", () => {
  const items = mediaOf("r", [
    file(`images/val~samples+step+20+timestamp+1700+${UUID}.png`),
    file(`images/val~samples+step+20+timestamp+1700+${UUID}+compressed.webp`),
    file(`images/old#key%step%3%timestamp%5%${UUID}.png`),
    file(`images/old#key%step%3%timestamp%5%${UUID}%compressed.webp`),
    file("plots/a.png"),
    file("plots/b.webp"),
    file("table_images/t/1.png"),
    file("table_images/t/1.webp"),
    file("tone.wav"),
    file("model.pkl"),
  ]);
  expect(items.map(({ key, step, kind }) => [key, step, kind])).toEqual([
    ["val/samples", 20, "image"],
    ["old/key", 3, "image"],
    ["plots/a.png", null, "image"],
    ["plots/b.webp", null, "image"],
    ["table_images/t/1.png", null, "image"],
    ["tone.wav", null, "audio"],
  ]);
  expect(items[0]?.thumbnail).toMatch(/\+compressed\.webp$/);
  expect(items[1]?.thumbnail).toMatch(/%compressed\.webp$/);
  expect(items[4]?.thumbnail).toBe("table_images/t/1.webp");
  expect(items[2]?.thumbnail).toBe("plots/a.png");
  expect(isStepped("plots/a.png")).toBe(false);
});

test("of a step, the last until then", () => {
  const name = (step: number) => `images/k+step+${step}+timestamp+1+${UUID}.png`;
  const table = mediaTable(mediaOf("r", [file(name(10)), file(name(2)), file("a.png")]));
  expect(table.keys).toEqual(["k", "a.png"]);
  expect(table.steps).toEqual([2, 10]);
  const series = table.series("r", "k");
  expect(series.map(({ step }) => step)).toEqual([2, 10]);
  expect([1, 2, 9, 10, null].map((step) => itemAt(series, step)?.step)).toEqual([
    undefined,
    2,
    2,
    10,
    10,
  ]);
  expect(itemAt(table.series("r", "a.png"), 0)?.path).toBe("a.png");
  expect(table.series("other", "k")).toEqual([]);
});

import { expect, test } from "vitest";
import { type ChartsView, DEFAULT_CHARTS, readCharts, writeCharts } from "./chartsView";

function through(view: ChartsView): ChartsView {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(writeCharts(view))) {
    if (value !== null) params.set(name, value);
  }
  return readCharts(new URLSearchParams(params.toString()));
}

test("the default view has no entries", () => {
  expect(Object.values(writeCharts(DEFAULT_CHARTS)).filter((value) => value !== null)).toEqual([]);
  expect(readCharts(new URLSearchParams())).toEqual(DEFAULT_CHARTS);
});

test("a view comes back as it was written", () => {
  const view: ChartsView = {
    x: "relative",
    logX: true,
    logY: true,
    smooth: 0.95,
    trim: true,
    find: "loss, or 100 %",
    closed: ["", "a,b", "50%:x", "평가"],
    zooms: { "": [0, 10.5], "train:a,b": [-1e21, 1e-7] },
  };
  expect(through(view)).toEqual(view);
});

test("what can't be read is the default", () => {
  const params = new URLSearchParams("x=lap&smooth=9&zoom=a:1:b,b:3:2,c:1,d:1:2&closed=%25");
  expect(readCharts(params)).toEqual({
    ...DEFAULT_CHARTS,
    smooth: 0.99,
    zooms: { d: [1, 2] },
    closed: ["%"],
  });
});

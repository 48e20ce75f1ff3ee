/** The English texts of the plots of a comparison. */
export const plotsEn = {
  "plots.tabs": "Ways to compare",
  "plots.diff": "Diff",
  "plots.parallel": "Parallel coordinates",
  "plots.scatter": "Scatter",
  "plots.x": "X",
  "plots.y": "Y",
  "plots.scatterLabel": {
    one: "{n} run by {x} and {y}. The tab Diff has the values as a table.",
    other: "{n} runs by {x} and {y}. The tab Diff has the values as a table.",
  },
  "plots.scatterHint":
    "Point at a run, or go through the runs with j and k; a click or Enter opens it.",
  "plots.axes": "Axes",
  "plots.colour": "Colour",
  "plots.same": "same for all",
  "plots.kept": { one: "{n} of {total} run", other: "{n} of {total} runs" },
  "plots.keepAll": "Keep all",
  "plots.range": "{name}: keep a part",
  "plots.from": "From",
  "plots.to": "To",
  "plots.keepWhole": "Keep the whole axis",
  "plots.none": "none",
  "plots.few": "Choose at least two axes.",
  "plots.label": {
    one: "Parallel coordinates of {n} run: {axes}. The tab Diff has the values as a table.",
    other: "Parallel coordinates of {n} runs: {axes}. The tab Diff has the values as a table.",
  },
  "plots.hint":
    "Point at a line, or go through the runs with j and k; a click keeps it. Drag along an axis, or use its name, to keep a part.",
  "plots.open": "Enter opens the run, Escape lets go of it.",
} as const;

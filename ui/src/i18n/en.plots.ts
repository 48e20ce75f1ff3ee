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
  "plots.box": "Box plot",
  "plots.boxLabel": {
    one: "Box plot of {n} run: {y} by {x}. The tab Diff has the values as a table.",
    other: "Box plot of {n} runs: {y} by {x}. The tab Diff has the values as a table.",
  },
  "plots.boxFacts": "{name}: n = {n}, median {median}, middle half {q1} to {q3}",
  "plots.boxHint":
    "A box is the middle half of the runs, its line the median; whiskers reach as far as 1.5 boxes. j and k go through the runs.",
  "plots.contour": "Contour",
  "plots.contourHint":
    "Colours between the runs are guessed from those nearby; only dots are runs. Point at one, or use j and k; Enter opens it.",
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

/** A table of texts in the forms that people paste elsewhere. The first row is the head. */
export type TableForm = "markdown" | "latex" | "csv";

const LATEX: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

function latexText(text: string): string {
  return text
    .replace(/[\\~^&%$#_{}]/g, (sign) => LATEX[sign] ?? `\\${sign}`)
    .replace(/\s*\n\s*/g, " ");
}

function markdownText(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}

/** RFC 4180; a text that a spreadsheet would take for a formula is kept one by an apostrophe. */
function csvText(text: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text));
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function tableText(rows: readonly (readonly string[])[], form: TableForm): string {
  const [head = [], ...body] = rows;
  if (form === "csv") return rows.map((row) => `${row.map(csvText).join(",")}\r\n`).join("");
  if (form === "markdown") {
    const line = (row: readonly string[]) => `| ${row.map(markdownText).join(" | ")} |\n`;
    const rule = `|${head.map((_, at) => (at === 0 ? " --- |" : " ---: |")).join("")}\n`;
    return line(head) + rule + body.map(line).join("");
  }
  const line = (row: readonly string[]) => `  ${row.map(latexText).join(" & ")} \\\\\n`;
  const columns = `l${"r".repeat(Math.max(0, head.length - 1))}`;
  return (
    `\\begin{tabular}{${columns}}\n  \\hline\n${line(head)}  \\hline\n` +
    `${body.map(line).join("")}  \\hline\n\\end{tabular}\n`
  );
}

/** The English texts of views: undoing what changed them, saving and sharing them. */
export const viewsEn = {
  "keys.undo": "Undo the last change of the view",
  "keys.redo": "Redo it",
  "undo.undone": "Undone: {what}",
  "undo.redone": "Redone: {what}",
  "undo.nothing": "Nothing to undo",
  "undo.nothingAgain": "Nothing to redo",
  "undo.filter": "filter",
  "undo.sort": "order",
  "undo.columns": "columns",
  "undo.layout": "layout",
  "undo.runs": "shown runs",
  "undo.drawn": "drawn runs",
  "undo.charts": "charts",
  "undo.view": "view",
} as const;

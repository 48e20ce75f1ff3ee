/** The English texts of what is done to experiments on their page. */
export const experimentsEn = {
  "experiments.new": "New experiment",
  "experiments.newName": "Name of the new experiment",
  "experiments.actions": "Actions",
  "experiments.rename": "Rename {name}",
  "experiments.newNameOf": "New name of {name}",
  "experiments.delete": "Move {name} to the trash",
  "experiments.deleted": "{name} is in the trash, with its runs and files.",
  "experiments.restore": "Restore",
  "experiments.restoreWhat": "Restore {name}",
  "experiments.restored": "{name} is back, with its runs and files.",
  "experiments.starred": "Starred",
  "experiments.star": "Star {name}",
  "experiments.noStarred":
    "No experiment is starred in this browser. The star in its row keeps it here.",
  "experiments.layout": "Layout",
  "experiments.list": "List",
  "experiments.tree": "Tree",
  "experiments.undo": "Undo",
} as const;

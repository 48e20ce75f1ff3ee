"""The chain of schema revisions, one file each in `versions`; `docs/upgrades.md` has the rules."""

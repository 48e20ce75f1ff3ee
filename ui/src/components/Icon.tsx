const SHAPES = {
  check: "M3.5 8.5l3 3 6-7",
  cross: "M4 4l8 8M12 4l-8 8",
  stop: "M5 5h6v6H5z",
  clock: "M8 4.5V8l2.5 1.5M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8z",
  play: "M5.5 3.5v9l7-4.5z",
  question: "M6 6a2 2 0 113 1.7c-.7.4-1 .8-1 1.6M8 11.7v.1",
  chevron: "M6 4l4 4-4 4",
  copy: "M5.5 5.5h7v8h-7zM3.5 10.5v-8h7",
  folder: "M2 4.2h4l1.5 1.6H14v7H2z",
  file: "M4 1.8h5l3 3v9.4H4zM9 1.8v3h3",
  download: "M8 2.5v7.5M5 7l3 3 3-3M3 13h10",
  refresh: "M13 8a5 5 0 11-1.6-3.7M13 2.2v2.6h-2.6",
  up: "M8 12.5v-9M4.5 7L8 3.5 11.5 7",
  down: "M8 3.5v9M4.5 9L8 12.5 11.5 9",
  search: "M7 2.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM10.4 10.4l3.2 3.2",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
} as const;

export type IconName = keyof typeof SHAPES;

/** A line drawing; decorative, so what it means stands beside it or in a label. */
export function Icon({ name, size = 14 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}

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
  eye: "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 100 3.6 1.8 1.8 0 000-3.6z",
  status: "M8 2.6a5.4 5.4 0 100 10.8A5.4 5.4 0 008 2.6z",
  more: "M3.6 8h.01M8 8h.01M12.4 8h.01",
  child: "M4.5 3v5.5h7M9 6l2.5 2.5L9 11",
  pencil: "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3z",
  pin: "M6 2.5h4M6.8 2.5v4L5 9h6L9.2 6.5v-4M8 9v4.5",
  unpin: "M6 2.5h4M6.8 2.5v4L5 9h6L9.2 6.5v-4M8 9v4.5M3 13L13 3",
  left: "M12.5 8h-9M7 4.5L3.5 8 7 11.5",
  right: "M3.5 8h9M9 4.5L12.5 8 9 11.5",
  rows: "M3 4h10M3 8h10M3 12h10",
  keyboard: "M1.8 4h12.4v8H1.8zM4.5 6.7h.01M7 6.7h.01M9.5 6.7h.01M12 6.7h.01M5 9.5h6",
  link: "M6.6 9.4a2.6 2.6 0 003.7 0l2.2-2.2a2.6 2.6 0 00-3.7-3.7l-.9.9M9.4 6.6a2.6 2.6 0 00-3.7 0L3.5 8.8a2.6 2.6 0 003.7 3.7l.9-.9",
  settings: "M2.5 4.5h6M11.5 4.5h2M10 3v3M2.5 11.5h2M7.5 11.5h6M6 10v3",
  info: "M8 7.3v4M8 4.8v.1M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8z",
  silent: "M8 2.3l6.2 11.2H1.8zM8 6.6v3.2M8 11.6v.1",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  star: "M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6z",
  groups: "M2.5 3h6v3h-6zM2.5 10h6v3h-6zM11 4.5h2.5M11 11.5h2.5",
  trash: "M3 4.5h10M6.3 4.5v-2h3.4v2M4.4 4.5l.7 9h5.8l.7-9M6.8 7v4M9.2 7v4",
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

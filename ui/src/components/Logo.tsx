/** The mark of the page's icon, drawn in place: a request less before the first page is there. */
export function Logo() {
  return (
    <svg viewBox="0 0 24 24" width={22} height={22} aria-hidden="true">
      <rect width="24" height="24" rx="5" fill="#1d4f9e" />
      <path
        d="M5 17.5c3.2 0 3.6-9.8 7-9.8s3.2 4.6 7 4.6"
        fill="none"
        stroke="#fff"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
      <circle cx="19" cy="12.3" r="1.9" fill="#ffd27a" />
    </svg>
  );
}

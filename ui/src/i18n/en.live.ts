/** The English texts about what happens while a page is open. */
export const liveEn = {
  "live.connecting": "Connecting…",
  "live.live": "Live",
  "live.paused": "Paused",
  "live.away": "Reconnecting…",
  "live.liveHint": "What is logged appears here at once.",
  "live.pausedHint": "A hidden tab asks for nothing. It catches up when it is shown.",
  "live.awayHint": "The server can't be reached at the moment. What is shown may be old.",
  "live.stalled": "No data for {time}",
  "live.minutes": { one: "{n} minute", other: "{n} minutes" },
  "live.stalledHint":
    "The run is running, but nothing was logged for {time}. Its process may have died.",
  "live.running": { one: "{n} running", other: "{n} running" },
  "live.silent": { one: "{n} without data", other: "{n} without data" },
} as const;

/** The Korean texts about what happens while a page is open. */
export const liveKo = {
  "live.connecting": "연결 중…",
  "live.live": "실시간",
  "live.paused": "일시 정지",
  "live.away": "다시 연결 중…",
  "live.liveHint": "기록되는 값이 바로 나타납니다.",
  "live.pausedHint": "보이지 않는 탭은 아무것도 요청하지 않습니다. 다시 보이면 따라잡습니다.",
  "live.awayHint": "지금 서버에 연결할 수 없습니다. 보이는 내용이 오래되었을 수 있습니다.",
  "live.stalled": "{time} 동안 데이터 없음",
  "live.minutes": { other: "{n}분" },
  "live.stalledHint":
    "실행 중이지만 {time} 동안 기록된 것이 없습니다. 프로세스가 죽었을 수 있습니다.",
  "live.running": { other: "{n}개 실행 중" },
  "live.silent": { other: "{n}개 데이터 없음" },
} as const;

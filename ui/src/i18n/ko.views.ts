/** The Korean texts of views: undoing what changed them, saving and sharing them. */
export const viewsKo = {
  "keys.undo": "마지막 보기 변경 되돌리기",
  "keys.redo": "되돌린 것을 다시 적용",
  "undo.undone": "되돌림: {what}",
  "undo.redone": "다시 적용: {what}",
  "undo.nothing": "되돌릴 것이 없습니다",
  "undo.nothingAgain": "다시 적용할 것이 없습니다",
  "undo.filter": "필터",
  "undo.sort": "정렬",
  "undo.columns": "열",
  "undo.layout": "배치",
  "undo.runs": "표시된 실행",
  "undo.drawn": "그려진 실행",
  "undo.charts": "차트",
  "undo.view": "보기",
} as const;

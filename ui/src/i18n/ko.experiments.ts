/** The Korean texts of what is done to experiments on their page. */
export const experimentsKo = {
  "experiments.new": "새 실험",
  "experiments.newName": "새 실험의 이름",
  "experiments.actions": "동작",
  "experiments.rename": "{name} 이름 바꾸기",
  "experiments.newNameOf": "{name}의 새 이름",
  "experiments.delete": "{name}: 휴지통으로 옮기기",
  "experiments.deleted": "{name}: 실행, 파일과 함께 휴지통으로 옮겼습니다.",
  "experiments.restore": "복원",
  "experiments.restoreWhat": "{name} 복원",
  "experiments.restored": "{name}: 실행, 파일과 함께 복원했습니다.",
  "experiments.starred": "별표",
  "experiments.star": "{name} 별표",
  "experiments.noStarred":
    "이 브라우저에서 별표한 실험이 없습니다. 행의 별을 누르면 여기에 모입니다.",
  "experiments.layout": "배치",
  "experiments.list": "목록",
  "experiments.tree": "트리",
  "experiments.undo": "되돌리기",
};

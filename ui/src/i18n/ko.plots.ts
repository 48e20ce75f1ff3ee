/** The Korean texts of the plots of a comparison. */
export const plotsKo = {
  "plots.tabs": "비교 방법",
  "plots.diff": "차이",
  "plots.parallel": "평행 좌표",
  "plots.scatter": "산점도",
  "plots.x": "X",
  "plots.y": "Y",
  "plots.scatterLabel": {
    other: "{x}, {y}에 따른 실행 {n}개. 값은 차이 탭에 표로 있습니다.",
  },
  "plots.scatterHint":
    "점을 가리키거나 j와 k로 실행을 옮겨 다니세요. 클릭하거나 Enter를 누르면 열립니다.",
  "plots.box": "상자 그림",
  "plots.boxLabel": {
    other: "실행 {n}개의 상자 그림: {x}별 {y}. 값은 차이 탭의 표에 있습니다.",
  },
  "plots.boxFacts": "{name}: n = {n}, 중앙값 {median}, 가운데 절반 {q1}~{q3}",
  "plots.boxHint":
    "상자는 실행의 가운데 절반, 선은 중앙값이며 수염은 상자의 1.5배까지 뻗습니다. j와 k로 실행을 옮겨 다닙니다.",
  "plots.contour": "등고선",
  "plots.contourHint":
    "실행 사이의 색은 가까운 실행에서 추정한 것이고, 점만이 실행입니다. 점을 가리키거나 j와 k를 쓰세요. Enter로 엽니다.",
  "plots.axes": "축",
  "plots.colour": "색",
  "plots.same": "모두 같음",
  "plots.kept": { other: "실행 {total}개 중 {n}개" },
  "plots.keepAll": "모두 남기기",
  "plots.range": "{name}: 일부만 남기기",
  "plots.from": "처음",
  "plots.to": "끝",
  "plots.keepWhole": "축 전체 남기기",
  "plots.none": "없음",
  "plots.few": "축을 두 개 이상 선택하세요.",
  "plots.label": {
    other: "실행 {n}개의 평행 좌표: {axes}. 값은 차이 탭에 표로 있습니다.",
  },
  "plots.hint":
    "선을 가리키거나 j와 k로 실행을 옮겨 다니세요. 클릭하면 고정됩니다. 축을 따라 끌거나 축 이름을 눌러 일부만 남길 수 있습니다.",
  "plots.open": "Enter는 실행 열기, Escape는 고정 해제입니다.",
} as const;

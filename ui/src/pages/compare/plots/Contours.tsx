import { contours } from "d3-contour";
import { useMemo } from "react";
import { type PlotAxis, shareOf } from "../../../lib/plotAxes";
import { surface } from "../../../lib/plotSurface";
import type { Plane } from "./ScatterDots";

interface Props {
  plane: Plane;
  x: PlotAxis;
  y: PlotAxis;
  colour: PlotAxis;
}

const SQUARES = 48;
const LEVELS = Array.from({ length: 12 }, (_, at) => at / 12);

/** The metric between the runs, in bands of its colours. */
export function Contours({ plane, x, y, colour }: Props) {
  const bands = useMemo(() => {
    const known = x.values.flatMap((across, run) => {
      const [up, value] = [y.values[run] ?? null, colour.values[run] ?? null];
      if (across === null || up === null || value === null) return [];
      return [{ x: shareOf(x, across), y: shareOf(y, up), value: shareOf(colour, value) }];
    });
    if (known.length === 0) return [];
    return contours().size([SQUARES, SQUARES]).thresholds(LEVELS)(surface(known, SQUARES));
  }, [x, y, colour]);
  const { left, top, wide, tall } = plane;
  const place = ([across = 0, down = 0]: readonly number[]) =>
    `${(left + (across / SQUARES) * wide).toFixed(1)},${(top + (down / SQUARES) * tall).toFixed(1)}`;
  return (
    <g>
      {bands.map(({ value, coordinates }) => (
        <path
          key={value}
          d={coordinates
            .flat()
            .map((ring) => `M${ring.map(place).join("L")}Z`)
            .join("")}
          fillRule="evenodd"
          style={{
            fill: `color-mix(in oklab, var(--scale-high) ${(100 * value).toFixed(0)}%, var(--scale-low))`,
            stroke: "var(--surface)",
            strokeWidth: 0.5,
          }}
        />
      ))}
    </g>
  );
}

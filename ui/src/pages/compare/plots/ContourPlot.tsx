import { Contours } from "./Contours";
import type { PlotProps } from "./ParallelPlot";
import ScatterPlot from "./ScatterPlot";

/** A scatter plot over the metric's values between the runs. */
export default function ContourPlot(props: PlotProps) {
  return <ScatterPlot {...props} Behind={Contours} />;
}

import { Component, lazy, type ReactNode, Suspense } from "react";
import { Button } from "./components/controls";
import { Empty } from "./components/notices";
import { Page } from "./components/Page";
import { useI18n } from "./i18n/context";
import { usePlace } from "./lib/history";
import { type Route, routeOf } from "./lib/routes";
import { MissingPage } from "./pages/MissingPage";

const HomePage = lazy(() => import("./pages/home/HomePage"));
const ExperimentPage = lazy(() => import("./pages/experiment/ExperimentPage"));
const ViewsPage = lazy(() => import("./pages/views/ViewsPage"));
const MediaPage = lazy(() => import("./pages/media/MediaPage"));
const NotesPage = lazy(() => import("./pages/notes/NotesPage"));
const MetricSettingsPage = lazy(() => import("./pages/metrics/MetricSettingsPage"));
const ViewPage = lazy(() => import("./pages/views/ViewPage"));
const SettingsPage = lazy(() => import("./pages/settings/SettingsPage"));
const TrashPage = lazy(() => import("./pages/trash/TrashPage"));
const ComparePage = lazy(() => import("./pages/compare/ComparePage"));
const ModelsPage = lazy(() => import("./pages/models/ModelsPage"));
const ModelPage = lazy(() => import("./pages/models/ModelPage"));
const VersionPage = lazy(() => import("./pages/models/VersionPage"));
const VersionsPage = lazy(() => import("./pages/models/VersionsPage"));
const TracesPage = lazy(() => import("./pages/traces/TracesPage"));
const TracePage = lazy(() => import("./pages/traces/TracePage"));
const WebhooksPage = lazy(() => import("./pages/webhooks/WebhooksPage"));
const RunPage = lazy(() => import("./pages/run/RunPage"));

/** The page of the address. A page of another thing is a new page: nothing of the old one stays. */
export function App() {
  const { path } = usePlace();
  const route = routeOf(path);
  // The files of a run are one page, whichever of them is open.
  const identity = route.page === "run" ? `run ${route.id}` : Object.values(route).join(" ");
  return (
    <Guard key={identity} fallback={(reset) => <Crashed reset={reset} />}>
      <Suspense fallback={<Page title="">{null}</Page>}>{pageOf(route)}</Suspense>
    </Guard>
  );
}

function pageOf(route: Route): ReactNode {
  switch (route.page) {
    case "home":
      return <HomePage />;
    case "experiment":
      return <ExperimentPage id={route.id} />;
    case "views":
      return <ViewsPage id={route.id} />;
    case "media":
      return <MediaPage id={route.id} />;
    case "notes":
      return <NotesPage id={route.id} />;
    case "traces":
      return <TracesPage id={route.id} />;
    case "trace":
      return <TracePage id={route.id} />;
    case "metrics":
      return <MetricSettingsPage id={route.id} />;
    case "view":
      return <ViewPage slug={route.id} />;
    case "run":
      return <RunPage id={route.id} part={route.part} path={route.path} />;
    case "settings":
      return <SettingsPage />;
    case "compare":
      return <ComparePage />;
    case "trash":
      return <TrashPage />;
    case "models":
      return <ModelsPage />;
    case "model":
      return <ModelPage name={route.id} />;
    case "version":
      return <VersionPage name={route.id} version={route.version} />;
    case "versions":
      return <VersionsPage name={route.id} />;
    case "webhooks":
      return <WebhooksPage />;
    case "missing":
      return <MissingPage path={route.path} />;
  }
}

function Crashed({ reset }: { reset(): void }) {
  const { t } = useI18n();
  return (
    <Page title="">
      <Empty>
        <h1>{t("app.crash")}</h1>
        <Button onClick={reset}>{t("app.retry")}</Button>
      </Empty>
    </Page>
  );
}

interface GuardProps {
  children: ReactNode;
  fallback(reset: () => void): ReactNode;
}

/** Shows `fallback` in place of children that throw. */
class Guard extends Component<GuardProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return this.props.fallback(() => this.setState({ failed: false }));
  }
}

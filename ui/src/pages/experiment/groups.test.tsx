import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { GroupsAnswer } from "../../api/groups";
import { broken, likeBrowser } from "../../testing/browser";
import { FakeServer, open } from "../../testing/server";
import { type Logged, runsPage, workspaceHandlers } from "../../testing/workspace";
import type { ChartsProps } from "./charts/types";

vi.mock("./charts/Charts", () => ({
  Charts: ({ runs, groups }: ChartsProps) => (
    <p data-testid="drawn">
      {groups?.band} {groups?.set.groups.length} {runs.map((run) => (run.hidden ? "-" : run.name))}
    </p>
  ),
}));

const EXPERIMENT = { experiment_id: "1", name: "seeds", lifecycle_stage: "active" };
const RUNS: Logged[] = Array.from({ length: 6 }, (_, at) => ({
  id: `id-${at}`,
  name: `run ${at}`,
  params: { lr: at < 3 ? "0.1" : "0.2", seed: String(at % 3) },
  metrics: { f1: 0.9 + at / 100 },
}));
const GROUPS: GroupsAnswer = {
  by: ["params.lr"],
  runs: 6,
  total: 2,
  groups: [0, 3].map((from) => ({
    values: [from === 0 ? "0.1" : "0.2"],
    runs: 3,
    metrics: [{ n: 3, mean: 0.91 + from / 100, std: 0.01, min: 0.9, max: 0.95 }],
    first: `id-${from}`,
    first_name: `run ${from}`,
    run_ids: RUNS.slice(from, from + 3).map(({ id }) => id),
  })),
};

function serve(): FakeServer {
  const handlers = workspaceHandlers(RUNS);
  return new FakeServer({
    ...handlers,
    "experiments/get": () => ({ experiment: EXPERIMENT }),
    "runs/groups": () => GROUPS,
    "runs/query": ({ body }) => {
      const wanted = /run_id IN \((.*)\)/.exec(String(body.filter ?? ""))?.[1];
      const found = RUNS.filter(({ id }) => wanted === undefined || wanted.includes(`'${id}'`));
      return runsPage(found, body);
    },
  });
}

beforeEach(likeBrowser);

test("everything except the seed is one entry, and shows means over the seeds", async () => {
  const server = serve();
  open("/e/1");
  await userEvent.click(await screen.findByRole("button", { name: "Group by" }));
  await userEvent.click(await screen.findByText("Everything except seed"));
  const head = await screen.findByRole("rowheader", { name: /lr=0\.1/ });
  expect(head.textContent).toBe("lr=0.13 runs");
  const row = head.closest("[role=row]") as HTMLElement;
  expect(within(row).getByText(/0\.910 ± 0\.010/).textContent).toBe("0.910 ± 0.010(n = 3)");
  expect(screen.getByRole("status").textContent).toBe("6 runs in 2 groups");
  expect(location.search).toBe("?group=*%2Cparams.seed");
  const { by, without, metrics, members } = server.requestsTo("runs/groups")[0]?.body ?? {};
  expect({ by, without, metrics, members }).toEqual({
    by: undefined,
    without: ["params.`seed`"],
    metrics: ["metrics.`f1`"],
    members: 5000,
  });
  expect((await screen.findByTestId("drawn")).textContent).toBe("std 2 lr=0.1lr=0.2");
  expect(await broken()).toEqual([]);
  const before = server.requestsTo("runs/groups").length;
  await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
  await waitFor(() => expect(server.requestsTo("runs/groups").length).toBe(before + 1));
});

test("a group opens by the keyboard, and is hidden without asking for anything", async () => {
  const server = serve();
  open("/e/1?group=*,params.seed&sort=-metrics.f1&band=ci");
  const head = await screen.findByRole("rowheader", { name: /lr=0\.1/ });
  // The order makes the first run the best one.
  expect(within(head).getByRole("link", { name: "run 0" })).toBeTruthy();
  const drawn = await screen.findByTestId("drawn");
  await waitFor(() => expect(drawn.textContent).toBe("ci 2 lr=0.1lr=0.2"));
  const before = server.asked.length;
  await userEvent.keyboard("jh");
  await waitFor(() => expect(drawn.textContent).toBe("ci 2 -lr=0.2"));
  expect(server.asked.length).toBe(before);
  await userEvent.keyboard("{Enter}");
  expect(await screen.findByRole("link", { name: "run 2" })).toBeTruthy();
  expect(screen.queryByRole("link", { name: "run 4" })).toBeNull();
  // Its runs have no lines of their own: the key shows the group.
  await userEvent.keyboard("jh");
  await waitFor(() => expect(drawn.textContent).toBe("ci 2 lr=0.1lr=0.2"));
  await userEvent.keyboard("k{Enter}");
  await waitFor(() => expect(screen.queryByRole("link", { name: "run 2" })).toBeNull());
  expect(new URLSearchParams(location.search).get("open")).toBeNull();
});

test("any params make groups, and none are runs by themselves again", async () => {
  const server = serve();
  open("/e/1?group=*,params.seed&hidden=g.x,id-1");
  await screen.findByRole("rowheader", { name: /lr=0\.1/ });
  await userEvent.click(screen.getByRole("button", { name: /^Group by: / }));
  await userEvent.click(await screen.findByLabelText("lr", { selector: "input" }));
  await waitFor(() =>
    expect(server.requestsTo("runs/groups").at(-1)?.body.without).toEqual([
      "params.`seed`",
      "params.`lr`",
    ]),
  );
  await userEvent.click(screen.getByText("Each run by itself"));
  expect(await screen.findByRole("link", { name: "run 5" })).toBeTruthy();
  expect(location.search).toBe("?hidden=id-1");
  await userEvent.click(screen.getByLabelText("seed", { selector: "input" }));
  await waitFor(() =>
    expect(server.requestsTo("runs/groups").at(-1)?.body.by).toEqual(["params.`seed`"]),
  );
});

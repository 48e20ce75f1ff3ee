import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { vi } from "vitest";
import { createQueryClient } from "../api/queries";
import { App } from "../app";
import { I18nProvider } from "../i18n/context";
import { startHistory } from "../lib/history";

export interface Asked {
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

type Answer = object | { status: number; error: { error_code: string; message: string } };
type Handler = (asked: Asked) => Answer;

/** Answers `fetch` in place of a server; requests that no handler knows fail the test. */
export class FakeServer {
  readonly asked: Asked[] = [];
  readonly handlers: Record<string, Handler>;
  isAway = false;

  constructor(handlers: Record<string, Handler>) {
    this.handlers = handlers;
    vi.stubGlobal("fetch", (url: URL, init: RequestInit) => this.answer(url, init));
  }

  requestsTo(path: string): Asked[] {
    return this.asked.filter((one) => one.path === path);
  }

  /** An answer made of those of the requests that it stands for. */
  readonly #opened: Handler = (asked) => {
    const parts = ["experiments/get", "experiments/keys", "default-view"].map((path) => {
      const handler = this.handlers[path];
      if (handler === undefined) throw new Error(`no handler for ${path}`);
      return handler({ ...asked, path });
    });
    const [experiment = {}, keys, view] = parts;
    return "error" in experiment ? experiment : { ...experiment, keys, ...view };
  };

  private async answer(url: URL, init: RequestInit): Promise<Response> {
    if (url.origin !== location.origin) throw new Error(`a request to ${url.origin}`);
    const path = url.pathname.replace(/^\/ajax-api\/(2\.0\/mlflow|sagwan\/v1)\//, "");
    const body = typeof init.body === "string" ? JSON.parse(init.body) : {};
    this.asked.push({ path, query: url.searchParams, body });
    if (this.isAway) throw new TypeError("Failed to fetch");
    const handler = this.handlers[path] ?? (path === "experiments/open" ? this.#opened : undefined);
    if (handler === undefined) throw new Error(`no handler for ${path}`);
    const answer = handler({ path, query: url.searchParams, body });
    if (answer instanceof Response) return answer;
    if ("error" in answer) {
      const { status, error } = answer as { status: number; error: object };
      return Response.json(error, { status });
    }
    return Response.json(answer);
  }
}

/** Draws the page at an address. */
export function open(address: string) {
  history.replaceState(null, "", address);
  startHistory();
  return render(
    <I18nProvider>
      <QueryClientProvider client={createQueryClient()}>
        <App />
      </QueryClientProvider>
    </I18nProvider>,
  );
}

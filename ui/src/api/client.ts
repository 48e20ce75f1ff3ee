import { ROOT } from "../lib/root";
import type { ErrorBody } from "./types.gen";

/** An answer of the server that is no success; `code` is the protocol's error code. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
  }
}

/** The code of an ApiError for a request that got no answer at all. */
export const UNREACHABLE = "UNREACHABLE";

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as Partial<ErrorBody>;
    if (typeof body.error_code === "string") {
      return new ApiError(body.error_code, response.status, body.message ?? body.error_code);
    }
  } catch {
    // Proxies and gateways answer with pages of their own.
  }
  return new ApiError("HTTP_ERROR", response.status, `HTTP ${response.status}`);
}

/** `fetch`, with anything but a success thrown as an ApiError. */
export async function request(url: URL, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(UNREACHABLE, 0, String(error));
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

function endpoint(path: string): URL {
  return new URL(`ajax-api/2.0/mlflow/${path}`, ROOT);
}

function ownEndpoint(path: string): URL {
  return new URL(`ajax-api/sagwan/v1/${path}`, ROOT);
}

async function getFrom<T>(url: URL, params: object, signal: AbortSignal): Promise<T> {
  for (const [name, value] of Object.entries(params)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) url.searchParams.append(name, String(item));
    }
  }
  return (await request(url, { signal })).json() as Promise<T>;
}

/** Calls an endpoint whose parameters go into the query string; a list is repeated. */
export function get<T>(path: string, params: object, signal: AbortSignal): Promise<T> {
  return getFrom(endpoint(path), params, signal);
}

async function postTo<T>(
  url: URL,
  body: object,
  signal: AbortSignal | undefined,
  method = "POST",
): Promise<T> {
  const init = {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  };
  return (await request(url, init)).json() as Promise<T>;
}

/** Calls an endpoint of the protocol whose parameters are the JSON body. */
export function post<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
  return postTo(endpoint(path), body, signal);
}

/** Calls an endpoint that the protocol has since its version 3. */
export function post3<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
  return postTo(new URL(`ajax-api/3.0/mlflow/${path}`, ROOT), body, signal);
}

/** Reads from an endpoint that the protocol has since its version 3. */
export function get3<T>(path: string, params: object, signal: AbortSignal): Promise<T> {
  return getFrom(new URL(`ajax-api/3.0/mlflow/${path}`, ROOT), params, signal);
}

/** Changes or deletes a thing of the protocol. */
export function change<T>(method: "PATCH" | "DELETE", path: string, body: object): Promise<T> {
  return postTo(endpoint(path), body, undefined, method);
}

/** Calls an endpoint of Sagwan's own. */
export function postOwn<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
  return postTo(ownEndpoint(path), body, signal);
}

/** Reads from an endpoint of Sagwan's own. */
export function getOwn<T>(path: string, params: object, signal: AbortSignal): Promise<T> {
  return getFrom(ownEndpoint(path), params, signal);
}

/** Changes or deletes a thing that has a path of its own. */
export function changeOwn<T>(
  method: "PATCH" | "DELETE",
  path: string,
  body: object = {},
): Promise<T> {
  return postTo(ownEndpoint(path), body, undefined, method);
}

/** Whether asking again may help: the server was away, busy or broken, but didn't refuse. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500)
  );
}

/** Whether the server understood and said no: what was asked for is wrong or isn't there. */
export function isRefusal(error: ApiError): boolean {
  return error.status >= 400 && error.status < 500 && error.status !== 429;
}

import createClient from "openapi-fetch";
import { connection } from "./connection";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** An answer later than this counts as none: the person must hear of it, and the next poll may fare better. */
const answerMillis = 4000;

async function fetchWithLimit(request: Request): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(answerMillis)]);
  const response = await fetch(new Request(request, { signal }));
  // An error of the manager is contact too; a gateway's is not.
  if (response.status < 502) connection.contact();
  return response;
}

export const apiBase = "/api/v1";

export const client = createClient<paths>({
  baseUrl: typeof location === "undefined" ? apiBase : `${location.origin}${apiBase}`,
  fetch: fetchWithLimit,
});

/** What a request failed with, as the manager explains it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Schemas["Problem"] | null,
    what: string,
  ) {
    super(problem?.detail ?? problem?.title ?? `${what}: HTTP ${status}`);
    this.name = "ApiError";
  }
}

/** The data of an openapi-fetch answer, or an ApiError. */
export function unwrap<T>(what: string, answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data !== undefined && answer.response.ok) return answer.data;
  throw new ApiError(answer.response.status, (answer.error as Schemas["Problem"] | undefined) ?? null, what);
}

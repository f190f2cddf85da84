import * as v from 'valibot';

/** What went wrong, in the shape that Turborepo's clients know too: `{"error": {"code": "…", "message": "…"}}`. */
export interface ErrorBody {
  /** Stable; for programs. */
  readonly code: string;
  /** For people. */
  readonly message: string;
}

const shortText = v.pipe(v.string(), v.maxLength(1000));
const errorBody = v.object({ error: v.object({ code: shortText, message: shortText }) });

export function formatErrorBody(error: ErrorBody): string {
  return JSON.stringify({ error: { code: error.code, message: error.message } });
}

/** Null where the body is something else, such as a proxy's page. */
export function parseErrorBody(body: unknown): ErrorBody | null {
  const parsed = v.safeParse(errorBody, body);
  return parsed.success ? parsed.output.error : null;
}

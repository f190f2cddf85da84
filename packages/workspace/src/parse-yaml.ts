import { findForeignEncoding, type Problem, type WorkspacePath } from '@larder/core';

export interface ParsedYaml {
  /** One value per document; empty where there are problems. */
  readonly documents: readonly unknown[];
  readonly problems: readonly Problem[];
}

/** Reads YAML 1.2, all documents of a file. The parser is loaded when it is first needed. */
export async function parseYaml(text: string, file: WorkspacePath): Promise<ParsedYaml> {
  const encoding = findForeignEncoding(text);
  if (encoding !== null) return refuse(file, encoding);
  const { LineCounter, parseAllDocuments } = await import('yaml');
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const parsed = [...documents];
  const problems = parsed.flatMap(({ errors }) =>
    errors.map((error): Problem => {
      const [start, end] = error.pos;
      const { line, col } = lines.linePos(start);
      return {
        code: 'invalid-syntax',
        severity: 'error',
        file,
        detail: error.message,
        location: { file, line, column: col, length: Math.max(1, end - start) },
      };
    }),
  );
  if (problems.length > 0) return { documents: [], problems };
  try {
    return { documents: parsed.map((document): unknown => document.toJS({ maxAliasCount: 100 })), problems };
  } catch (error) {
    // An alias that is not defined, or so many that they would fill the memory.
    const detail = error instanceof Error ? error.message : String(error);
    return refuse(file, detail);
  }
}

function refuse(file: WorkspacePath, detail: string): ParsedYaml {
  return { documents: [], problems: [{ code: 'invalid-syntax', severity: 'error', file, detail }] };
}

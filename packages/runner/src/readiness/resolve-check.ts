import { isJsonObject, ownValue, type JsonValue, type ReadyCheck, type Task } from '@larder/core';

/** A check whose placeholders have their values. `none`: the task is ready when it has started. */
export type ResolvedCheck =
  | { readonly kind: 'none' }
  | { readonly kind: 'signal' }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'port'; readonly port: number; readonly hosts: readonly string[] }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'logMatches'; readonly texts: readonly string[] };

export interface TokenSources {
  readonly task: Task;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workspaceRootAbsolute: string;
}

/** Puts values in place of the placeholders, as Nx does; a text says what is wrong with one of them. */
export function resolveCheck(check: ReadyCheck, sources: TokenSources): ResolvedCheck | string {
  switch (check.kind) {
    case 'url': {
      const [url, problem] = fill(check.url, sources);
      if (problem !== null) return problem;
      return isWebAddress(url) ? { kind: 'url', url } : `${JSON.stringify(url)} is not an http or https address`;
    }
    case 'port': {
      const [port, problem] = fill(check.port, sources);
      const [host, hostProblem] = check.host === null ? [null, null] : fill(check.host, sources);
      return problem ?? hostProblem ?? resolvePort(port, host);
    }
    case 'command': {
      const [command, problem] = fill(check.command, sources);
      return problem ?? { kind: 'command', command };
    }
    case 'logMatches': {
      const filled = check.texts.map((text) => fill(text, sources));
      const problem = filled.find(([, wrong]) => wrong !== null)?.[1];
      return problem ?? { kind: 'logMatches', texts: filled.map(([text]) => text) };
    }
    case 'signal':
      return { kind: 'signal' };
  }
}

function resolvePort(text: string, host: string | null): ResolvedCheck | string {
  if (text === '0' || text === 'auto') return { kind: 'none' };
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) return `${JSON.stringify(text)} is not a port`;
  return { kind: 'port', port, hosts: host === null ? ['127.0.0.1', '::1'] : [host] };
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Braces around anything else are the text's own. */
const placeholder = /\{(workspaceRoot|projectRoot|projectName|(?:options|env)\.[^{}]+)\}/g;

function fill(text: string, sources: TokenSources): readonly [text: string, problem: string | null] {
  let problem: string | null = null;
  const filled = text.replace(placeholder, (token, names: string) => {
    for (const name of names.split('??')) {
      const value = readToken(name.trim(), sources);
      if (value !== null) return value;
    }
    problem ??= `${token} has no value`;
    return token;
  });
  return [filled, problem];
}

/** What is no name of a placeholder stands for itself: the last of several alternatives. */
function readToken(name: string, { task, env, workspaceRootAbsolute }: TokenSources): string | null {
  if (name === 'workspaceRoot') return workspaceRootAbsolute;
  if (name === 'projectRoot') return task.projectRoot === '' ? '.' : task.projectRoot;
  if (name === 'projectName') return task.project;
  if (name.startsWith('env.')) return ownValue(env, name.slice(4)) || null;
  return name.startsWith('options.') ? toText(readOption(task, name.slice(8))) : name;
}

function readOption(task: Task, path: string): JsonValue | undefined {
  return path.split('.').reduce<JsonValue | undefined>((value, key) => {
    return isJsonObject(value) ? ownValue(value, key) : undefined;
  }, task.options);
}

function toText(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' ? String(value) : null;
}

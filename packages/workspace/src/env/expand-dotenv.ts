type Variables = Readonly<Record<string, string>>;

/** Values that refer to each other can double with each step; beyond this they stay as they were written. */
const maxValueLength = 64 * 1024;

/**
 * Replaces `$name`, `${name}`, `${name:-fallback}` and `${name-fallback}` in the values of dotenv files, as Nx does by
 * dotenv-expand: by the environment first, then by the other variables of the files. `\$` is a dollar sign. What
 * refers to itself, and what is not set, is empty.
 */
export function expandDotenv(variables: Variables, env: Variables): Record<string, string> {
  const expander = new Expander(variables, env);
  return Object.fromEntries(Object.keys(variables).map((name) => [name, expander.find(name) ?? '']));
}

const reference = /\\\$|\$\{([^{}]*)\}|\$([A-Za-z_]\w*)/g;
const braced = /^([A-Za-z_]\w*)(?:(:?-)(.*))?$/s;

class Expander {
  readonly #variables: Variables;
  readonly #env: Variables;
  readonly #expanded = new Map<string, string>();
  readonly #underWay = new Set<string>();

  constructor(variables: Variables, env: Variables) {
    this.#variables = variables;
    this.#env = env;
  }

  find(name: string): string | undefined {
    if (Object.hasOwn(this.#env, name)) return this.#env[name];
    const known = this.#expanded.get(name);
    if (known !== undefined || !Object.hasOwn(this.#variables, name) || this.#underWay.has(name)) return known;
    const raw = this.#variables[name] ?? '';
    this.#underWay.add(name);
    const value = this.#expand(raw);
    this.#underWay.delete(name);
    const kept = value.length > maxValueLength ? raw : value;
    this.#expanded.set(name, kept);
    return kept;
  }

  #expand(text: string): string {
    return text.replace(reference, (match: string, inBraces?: string, bare?: string) => {
      if (match === '\\$') return '$';
      if (bare !== undefined) return this.find(bare) ?? '';
      return this.#expandBraced(inBraces ?? '') ?? match;
    });
  }

  /** Null where it is no reference, and stays as it is. */
  #expandBraced(text: string): string | null {
    const [, name, operator, fallback = ''] = braced.exec(text) ?? [];
    if (name === undefined) return null;
    const found = this.find(name);
    return found === undefined || (found === '' && operator === ':-') ? this.#expand(fallback) : found;
  }
}

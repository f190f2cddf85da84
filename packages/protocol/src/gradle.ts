declare const brand: unique symbol;

/** A name under which Gradle keeps the outputs of a task: hex digits today, and any safe token tomorrow. */
export type GradleKey = string & { readonly [brand]: 'GradleKey' };

const syntax = /^\/cache\/([A-Za-z0-9_-]{1,128})$/;

/** The key of `/cache/<key>`, Gradle's HTTP build cache; null where the path is another one. */
export function parseGradlePath(path: string): GradleKey | null {
  const key = syntax.exec(path)?.[1];
  return key === undefined ? null : (key as GradleKey);
}

/** Whether a task's id fits a pattern in which `*` stands for any text: `web:build`, `*:test`, `@acme/*:build`. */
export function matchesTask(pattern: string, task: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return task === pattern;
  const last = rest.pop() ?? '';
  if (!task.startsWith(first) || !task.endsWith(last) || task.length < first.length + last.length) return false;
  let from = first.length;
  const end = task.length - last.length;
  for (const part of rest) {
    const found = task.indexOf(part, from);
    if (found === -1 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

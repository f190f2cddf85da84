import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The next command of nx starts another one. That it could not be stopped is no reason to fail: it ends in time. */
export async function stopNxDaemon(workspaceRootAbsolute: string): Promise<void> {
  const bin = findNxBin(workspaceRootAbsolute);
  if (bin === null) return;
  await new Promise<void>((resolve) => {
    const options = { cwd: workspaceRootAbsolute, timeout: 30_000 };
    execFile(process.execPath, [bin, 'daemon', '--stop'], options, () => resolve());
  });
}

function findNxBin(workspaceRootAbsolute: string): string | null {
  try {
    const file = createRequire(join(workspaceRootAbsolute, 'package.json')).resolve('nx/package.json');
    const { bin } = JSON.parse(readFileSync(file, 'utf8')) as { readonly bin: { readonly nx: string } };
    return join(dirname(file), bin.nx);
  } catch {
    return null;
  }
}

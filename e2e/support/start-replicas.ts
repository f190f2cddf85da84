import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { makeFolder } from './make-workspace.ts';
import { larderServer, repositoryRoot, startTool } from './run-larder.ts';

export interface Replica {
  readonly url: string;
  readonly storage: string;
  readonly child: ChildProcess;
}

export interface Replicas {
  readonly all: readonly Replica[];
  /** What the flags `--s3-…` of each are, for one more of them. */
  readonly bucketFlags: readonly string[];
  readonly tokenOf: (scope: string, access?: 'read' | 'write') => string;
}

const bucketEnv = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };

/** So many servers, each a process with a disk of its own, over one bucket of a real S3 server. */
export async function startReplicas(
  count: number,
  options: { readonly args?: readonly string[] } = {},
): Promise<Replicas> {
  const bucketFlags = ['--s3-bucket', 'larder', '--s3-endpoint', await startS3(), '--s3-path-style'];
  const tokens = await makeTokens(['main', 'pr/1', 'pr/2']);
  const args = [...bucketFlags, ...(options.args ?? [])];
  const all = await Promise.all(Array.from({ length: count }, () => startReplica(args, tokens.folder)));
  return {
    all,
    bucketFlags,
    tokenOf: (scope, access = 'write') => {
      const token = tokens.byName.get(`${scope} ${access}`);
      if (token === undefined) throw new Error(`There is no token for ${scope}.`);
      return token;
    },
  };
}

/** `kill -9`, and waits for the end. */
export async function killReplica({ child }: Replica): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** A load balancer of nginx before them, or null where nginx is not installed. */
export async function startNginx(replicas: readonly Replica[]): Promise<string | null> {
  if (spawnSync('nginx', ['-v']).error !== undefined) return null;
  const folder = makeFolder();
  mkdirSync(join(folder, 'logs'));
  const port = await freePort();
  const upstreams = replicas.map(({ url }) => `server ${new URL(url).host} max_fails=1 fail_timeout=30s;`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path "${folder}/${name}";`,
  );
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; master_process off; pid "${folder}/pid"; error_log "${folder}/logs/error.log";
    events { worker_connections 512; }
    http { access_log off; client_max_body_size 0; ${temporary.join(' ')}
      upstream replicas { ${upstreams.join(' ')} }
      server { listen 127.0.0.1:${port};
        location / { proxy_pass http://replicas; proxy_http_version 1.1; proxy_set_header Connection "";
          proxy_next_upstream error timeout; } } }`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', config], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) if (child.exitCode !== null) throw new Error('nginx ended.');
  return url;
}

async function startReplica(args: readonly string[], tokenFolder: string): Promise<Replica> {
  const storage = makeFolder();
  cpSync(tokenFolder, join(storage, 'tokens'), { recursive: true });
  const child = startTool('larder-server', storage, ['--port', '0', '--storage', storage, ...args], { env: bucketEnv });
  child.stderr?.resume();
  const replica = { storage, child };
  onTestFinished(() => void child.kill('SIGKILL'));
  const [firstLine] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { ...replica, url: firstLine.replace('listening on ', '') };
}

async function startS3(): Promise<string> {
  const script = join(repositoryRoot, 'packages/server/src/testing/run-s3rver.mjs');
  const child = spawn(process.execPath, [script, makeFolder(), 'larder'], { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return `http://127.0.0.1:${port}`;
}

async function makeTokens(scopes: readonly string[]) {
  const storage = makeFolder();
  const byName = new Map<string, string>();
  for (const scope of scopes) {
    for (const access of ['read', 'write']) {
      const args = ['token', 'create', '--storage', storage, '--scope', scope, '--access', access];
      byName.set(`${scope} ${access}`, (await larderServer(storage, args)).stdout.trim());
    }
  }
  return { folder: join(storage, 'tokens'), byName };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).ok;
  } catch {
    return false;
  }
}

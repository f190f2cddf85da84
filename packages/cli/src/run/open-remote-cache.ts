import { resolve } from 'node:path';
import {
  createArtifactSigner,
  createRemoteStore,
  createSignatureCheck,
  findIdentitySource,
  parsePrivateKey,
  readSecretFile,
  type ArtifactSigner,
  type RemoteStore,
  type SignatureCheck,
} from '@larder/cache';
import type { ArtifactStore, CacheTroubleSink, RemoteConfig } from '@larder/core';
import type { Session } from '../session/open-session.ts';
import { definedEnv } from '../session/spawn-commands.ts';
import type { Terminal } from '../terminal.ts';

export interface RemoteCache {
  readonly store: ArtifactStore;
  /** Null for the store of a plugin. */
  readonly report: RemoteStore['report'] | null;
  readonly mode: 'read-write' | 'read-only';
  readonly signer: ArtifactSigner | null;
  readonly trust: SignatureCheck | null;
}

/**
 * The remote cache as it is configured, or the store that a plugin brings. What is wrong with a token or key is told
 * as trouble: without its token the remote is left out, without its signing key it is only read.
 */
export async function openRemoteCache(
  session: Session,
  terminal: Terminal,
  onTrouble: CacheTroubleSink,
): Promise<RemoteCache | null> {
  const { remote } = session.config;
  const opened = await openStore(session, terminal, onTrouble);
  if (opened === null) return null;
  const trust = readTrust(remote);
  const mode = remote?.mode ?? 'read-write';
  if (remote === null || mode === 'read-only') return { ...opened, mode, signer: null, trust };
  const signing = readSigner(session, terminal, remote);
  if (signing.kind === 'ready') return { ...opened, mode, signer: signing.signer, trust };
  onTrouble({ code: 'remote-misconfigured', task: null, detail: `${signing.reason} Nothing is uploaded.` });
  return { ...opened, mode: 'read-only', signer: null, trust };
}

async function openStore(
  session: Session,
  terminal: Terminal,
  onTrouble: CacheTroubleSink,
): Promise<Pick<RemoteCache, 'store' | 'report'> | null> {
  for (const plugin of session.plugins) {
    if (plugin.cacheStore === undefined) continue;
    const { rootAbsolute, log } = session;
    const store = plugin.cacheStore({ workspaceRootAbsolute: rootAbsolute, env: definedEnv(terminal.env), log });
    return { store, report: null };
  }
  const { remote } = session.config;
  if (remote === null) return null;
  const token = readToken(session, remote);
  if (token.kind === 'refused') {
    onTrouble({ code: 'remote-misconfigured', task: null, detail: `${token.reason} The remote cache is left out.` });
    return null;
  }
  const { url, timeoutMs, maxConnections, maxBytesPerSecond, caFile, oidcAudience } = remote;
  const store = createRemoteStore({
    url,
    token: token.token,
    identity: oidcAudience === null ? null : findIdentitySource(terminal.env, oidcAudience),
    timeoutMs,
    connections: maxConnections,
    maxBytesPerSecond,
    caFileAbsolute: caFile === null ? null : resolve(session.rootAbsolute, caFile),
    env: terminal.env,
    log: session.log,
  });
  return { store, report: store.report };
}

type Token =
  | { readonly kind: 'read'; readonly token: string | null }
  | { readonly kind: 'refused'; readonly reason: string };

function readToken({ rootAbsolute }: Session, { token, tokenFile }: RemoteConfig): Token {
  if (token !== null || tokenFile === null) return { kind: 'read', token };
  const file = readSecretFile(resolve(rootAbsolute, tokenFile));
  return file.kind === 'read' ? { kind: 'read', token: file.secret } : file;
}

/** Null where no keys are pinned: then signed and unsigned artifacts are taken alike. */
export function readTrust(remote: RemoteConfig | null): SignatureCheck | null {
  if (remote === null || Object.keys(remote.publicKeys).length === 0) return null;
  return createSignatureCheck(remote.publicKeys);
}

type Signing =
  | { readonly kind: 'ready'; readonly signer: ArtifactSigner | null }
  | { readonly kind: 'refused'; readonly reason: string };

function readSigner({ rootAbsolute }: Session, { env }: Terminal, remote: RemoteConfig): Signing {
  const fromEnv = env['LARDER_SIGNING_KEY'] ?? '';
  if (fromEnv !== '') return parseSigner(fromEnv, 'LARDER_SIGNING_KEY', remote);
  if (remote.signingKeyFile === null) return { kind: 'ready', signer: null };
  const fileAbsolute = resolve(rootAbsolute, remote.signingKeyFile);
  const file = readSecretFile(fileAbsolute);
  return file.kind === 'read' ? parseSigner(file.secret, fileAbsolute, remote) : file;
}

function parseSigner(text: string, place: string, { signingScope }: RemoteConfig): Signing {
  const key = parsePrivateKey(text);
  if (key === null) return { kind: 'refused', reason: `${place} holds no Ed25519 private key.` };
  return { kind: 'ready', signer: createArtifactSigner(key, signingScope) };
}

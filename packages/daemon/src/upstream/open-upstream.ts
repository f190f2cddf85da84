import type { UpstreamSettings } from '../daemon-settings.ts';
import { guardUpstream } from './guarded-upstream.ts';
import { createHttpUpstream } from './http-upstream.ts';
import { UpstreamTrouble, type Upstream } from './upstream.ts';

/** Null where no server is configured. */
export function openUpstream(settings: UpstreamSettings): Upstream | null {
  switch (settings.kind) {
    case 'none':
      return null;
    case 'server': {
      const upstream = guardUpstream(createHttpUpstream(settings.options), Date.now);
      return settings.mustBeSigned ? { ...upstream, read: refuseUnsigned } : upstream;
    }
    case 'refused': {
      // Told by every run that would have used it.
      const refuse = async (): Promise<never> => {
        throw new UpstreamTrouble('request', `${settings.reason} The remote cache is left out.`);
      };
      return { read: refuse, write: refuse, close: () => {} };
    }
  }
}

async function refuseUnsigned(): Promise<never> {
  throw new UpstreamTrouble(
    'request',
    'keys are pinned, and what nx and turbo store carries no signature: it is not read',
  );
}

/** Null where no server is configured. */
export function urlOf(settings: UpstreamSettings): string | null {
  switch (settings.kind) {
    case 'none':
      return null;
    case 'server':
      return settings.options.url;
    case 'refused':
      return settings.url;
  }
}

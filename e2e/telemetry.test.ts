import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { layeredWorkspace } from './support/make-workspace.ts';
import { larder } from './support/run-larder.ts';

interface Received {
  readonly path: string;
  readonly contentType: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

/** A collector that takes OTLP over HTTP; `hang`: it never answers. */
async function startCollector(mode: 'answer' | 'hang' | 'refuse' = 'answer') {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      const { url: path = '', headers } = request;
      const { authorization } = headers;
      received.push({ path, contentType: headers['content-type'] ?? '', authorization, body: Buffer.concat(chunks) });
      if (mode !== 'hang') response.writeHead(mode === 'answer' ? 200 : 400).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

interface TracesRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Span['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

const traceId = '0123456789abcdef0123456789abcdef';
const runMany = ['run-many', '-t', 'build'];

test('a run is exported as a trace within the one around it, and as metrics', async () => {
  const { received, url } = await startCollector();
  const root = layeredWorkspace({
    'packages/core/package.json': {
      name: 'core',
      version: '1.0.0',
      scripts: { build: 'echo "$TRACEPARENT" > ../../seen.log' },
    },
  });
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
    OTEL_SERVICE_NAME: 'acme-ci',
    TRACEPARENT: `00-${traceId}-00000000000000aa-01`,
  };
  expect(await larder(root, runMany, { env })).toMatchObject({ exitCode: 0, stderr: '' });
  expect(received.map(({ path }) => path).toSorted()).toEqual(['/v1/metrics', '/v1/traces']);
  expect(received.every(({ authorization }) => authorization === 'Bearer abc')).toBe(true);

  const traces = JSON.parse(received.find(({ path }) => path === '/v1/traces')!.body.toString('utf8')) as TracesRequest;
  const [group] = traces.resourceSpans;
  const resource = Object.fromEntries(group!.resource.attributes.map(({ key, value }) => [key, value.stringValue]));
  expect(resource).toMatchObject({ 'service.name': 'acme-ci', 'deployment.environment': 'test' });
  const spans = group!.scopeSpans.flatMap((scope) => scope.spans);
  expect(spans.every((span) => span.traceId === traceId)).toBe(true);
  const run = spans.find(({ name }) => name === 'larder run-many -t build')!;
  expect(run.parentSpanId).toBe('00000000000000aa');
  const below = (parent: Span): readonly string[] =>
    spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId).map(({ name }) => name);
  expect(below(run)).toEqual(['start-up', 'read', 'select and hash', 'app:build', 'core:build', 'ui:build']);
  const core = spans.find(({ name }) => name === 'core:build')!;
  expect(below(core)).toEqual(['hash', 'lookup', 'execute', 'store']);
  for (const span of spans) {
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), span.name).toBe(true);
    expect(BigInt(span.startTimeUnixNano) >= BigInt(run.startTimeUnixNano), span.name).toBe(true);
  }
  // The task was told the span that its own spans belong to.
  expect(readFileSync(join(root, 'seen.log'), 'utf8').trim()).toBe(`00-${traceId}-${core.spanId}-01`);

  const metrics = received.find(({ path }) => path === '/v1/metrics')!.body.toString('utf8');
  for (const name of ['larder.run.duration', 'larder.task.count', 'larder.cache.hit_rate']) {
    expect(metrics).toContain(`"${name}"`);
  }
});

test('protobuf is the default, and a second run says that it restored', async () => {
  const { received, url } = await startCollector();
  const root = layeredWorkspace();
  await larder(root, runMany, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } });
  expect(received.map(({ contentType }) => contentType)).toEqual(['application/x-protobuf', 'application/x-protobuf']);
  const traces = received.find(({ path }) => path === '/v1/traces')!.body;
  // Texts stand in protobuf as they are.
  for (const text of ['service.name', 'larder', 'core:build', 'execute']) expect(traces.includes(text)).toBe(true);
  // However often the same is asked.
  const again = { env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_METRICS_EXPORTER: 'none' } };
  for (let run = 0; run < 3; run += 1) await larder(root, runMany, again);
  expect(received.slice(2).map(({ path }) => path)).toEqual(['/v1/traces', '/v1/traces', '/v1/traces']);
  expect(received[2]!.body.includes('restore')).toBe(true);
  expect(received[2]!.body.includes('execute')).toBe(false);
});

test('a collector that hangs, refuses or is not there is told once, and fails no run', async () => {
  const root = layeredWorkspace();
  const hanging = await startCollector('hang');
  const startedAt = performance.now();
  const hung = await larder(root, runMany, {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: hanging.url, OTEL_EXPORTER_OTLP_TIMEOUT: '300' },
  });
  expect(hung.exitCode).toBe(0);
  expect(hung.stderr.match(/telemetry/g)).toHaveLength(2);
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  const refusing = await startCollector('refuse');
  for (const url of [refusing.url, 'http://127.0.0.1:9', 'nonsense']) {
    const run = await larder(root, runMany, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } });
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(/^warning\[telemetry\]: telemetry was not exported: .+\n$/);
  }
});

test('without an endpoint, or where it is disabled, nothing is sent and tasks keep the trace they are in', async () => {
  const { received, url } = await startCollector();
  const root = layeredWorkspace({
    'packages/core/package.json': {
      name: 'core',
      version: '1.0.0',
      scripts: { build: 'echo "$TRACEPARENT" > ../../seen.log' },
    },
  });
  const parent = `00-${traceId}-00000000000000aa-01`;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: 'true', TRACEPARENT: parent };
  expect(await larder(root, runMany, { env })).toMatchObject({ exitCode: 0, stderr: '' });
  expect(received).toEqual([]);
  expect(readFileSync(join(root, 'seen.log'), 'utf8').trim()).toBe(parent);
});

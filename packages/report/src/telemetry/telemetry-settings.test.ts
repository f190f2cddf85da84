import { expect, test } from 'vitest';
import { readTelemetrySettings } from './telemetry-settings.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };

test('nothing is exported where no endpoint is named, or where the SDK is disabled', () => {
  expect(readTelemetrySettings({})).toEqual({ kind: 'off' });
  expect(readTelemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' })).toEqual({ kind: 'off' });
  expect(readTelemetrySettings({ ...endpoint, OTEL_SDK_DISABLED: 'TRUE' })).toEqual({ kind: 'off' });
  expect(readTelemetrySettings({ OTEL_SERVICE_NAME: 'ci' })).toEqual({ kind: 'off' });
});

test('one endpoint serves both signals, by protobuf unless another protocol is named', () => {
  expect(readTelemetrySettings(endpoint)).toMatchObject({
    settings: { traces: 'http/protobuf', metrics: 'http/protobuf' },
  });
  const json = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf' };
  expect(readTelemetrySettings({ ...endpoint, ...json })).toMatchObject({
    settings: { traces: 'http/json', metrics: 'http/protobuf' },
  });
});

test('a signal is left out by its exporter, or where only the other one has an endpoint', () => {
  expect(readTelemetrySettings({ ...endpoint, OTEL_METRICS_EXPORTER: 'none' })).toMatchObject({
    settings: { traces: 'http/protobuf', metrics: null },
  });
  expect(readTelemetrySettings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:1/x' })).toMatchObject({
    settings: { traces: 'http/protobuf', metrics: null },
  });
});

test('a protocol or an address that cannot be used is named', () => {
  expect(readTelemetrySettings({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual({
    kind: 'invalid',
    detail: 'OTEL_EXPORTER_OTLP_PROTOCOL is grpc; http/protobuf and http/json are supported',
  });
  expect(readTelemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'nowhere' })).toMatchObject({ kind: 'invalid' });
});

test('the time to export can be shortened, not lengthened', () => {
  const timeoutOf = (text: string): unknown => readTelemetrySettings({ ...endpoint, OTEL_EXPORTER_OTLP_TIMEOUT: text });
  expect(timeoutOf('500')).toMatchObject({ settings: { timeoutMs: 500 } });
  expect(timeoutOf('60000')).toMatchObject({ settings: { timeoutMs: 3000 } });
  expect(timeoutOf('soon')).toMatchObject({ settings: { timeoutMs: 3000 } });
});

import type { OutputStyle, Reporter } from '@larder/core';
import { createFailuresReporter } from './create-failures-reporter.ts';
import { createNdjsonReporter } from './create-ndjson-reporter.ts';
import { createStaticReporter } from './create-static-reporter.ts';
import { createStreamReporter } from './create-stream-reporter.ts';
import type { ReporterOptions, WriteText } from './reporter-options.ts';

/** The reporter of a style that writes lines. */
export function createLineReporter(
  style: Exclude<OutputStyle, 'tui'>,
  write: WriteText,
  options: ReporterOptions,
): Reporter {
  switch (style) {
    case 'ndjson':
      return createNdjsonReporter(write);
    case 'stream':
      return createStreamReporter(write, options);
    case 'static':
      return createStaticReporter(write, options);
    case 'static-failures':
      return createFailuresReporter(write, options);
  }
}

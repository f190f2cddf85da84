declare const LARDER_VERSION: string | undefined;

/** Written in by the bundler; the sources themselves have none. */
export const version: string = typeof LARDER_VERSION === 'string' ? LARDER_VERSION : '0.0.0-source';

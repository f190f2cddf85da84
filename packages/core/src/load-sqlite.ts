/** What of Node's `process` it takes. */
export interface WarningHost {
  emitWarning: (...given: never[]) => void;
}

/**
 * Loads Node's own SQLite for the first who has a use for it. Node 22 and some of 24 warn then that it is experimental,
 * which tells the people who run tasks nothing: that one warning is held back.
 */
export function loadSqlite<Sqlite>(host: WarningHost, load: () => Sqlite): Sqlite {
  const { emitWarning } = host;
  host.emitWarning = (...given: readonly unknown[]) => {
    if (!String(given[0]).includes('SQLite is an experimental feature')) Reflect.apply(emitWarning, host, given);
  };
  try {
    return load();
  } finally {
    host.emitWarning = emitWarning;
  }
}

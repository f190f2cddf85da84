# Sourced by tools/larder and tools/larder-server, which set $self to their own path, free of links.

# launch <bundle> [arguments]: becomes the bundled command under the Node that this checkout runs on.
launch() {
  root=$(CDPATH='' cd -P -- "${self%/*}/.." && pwd)
  bundle=$root/$1
  shift
  if [ ! -f "$bundle" ]; then
    echo "${self##*/}: not built yet. Run \"npm run build\" in $root" >&2
    exit 2
  fi
  # The set-up installs this one only where the machine's Node is too old.
  for node in "$root"/tools/node/node_modules/node-*/bin/node; do
    if [ -x "$node" ]; then exec "$node" "$bundle" "$@"; fi
  done
  exec node "$bundle" "$@"
}

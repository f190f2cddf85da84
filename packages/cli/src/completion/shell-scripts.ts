import type { Shell } from '../argv/command.ts';

/**
 * Each script hands the words over and shows what `larder complete` answers: a candidate and its description on a
 * line, with a tab between them.
 */
export function renderShellScript(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash;
    case 'zsh':
      return zsh;
    case 'fish':
      return fish;
  }
}

/** Works in bash 3.2 too. Bash cuts words at colons, so it is given only what follows the last one. */
const bash = `# larder completion for bash
_larder() {
  local line="\${COMP_LINE:0:COMP_POINT}" current="" candidate
  local -a words
  read -ra words <<< "$line"
  case "$line" in *[[:space:]]) words[\${#words[@]}]="" ;; esac
  current="\${words[\${#words[@]}-1]}"
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    case "$candidate" in
      "$current"*) COMPREPLY[\${#COMPREPLY[@]}]="\${candidate#"\${current%"\${current##*:}"}"}" ;;
    esac
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _larder larder
`;

const zsh = `#compdef larder
# larder completion for zsh
_larder() {
  local line
  local -a candidates
  for line in "\${(@f)$(\${words[1]} complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n "$line" ]] && candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe 'larder' candidates
}
if [ "$funcstack[1]" = "_larder" ]; then _larder "$@"; else compdef _larder larder; fi
`;

const fish = `# larder completion for fish
function __larder_complete
  set -l words (commandline -opc) (commandline -ct)
  larder complete -- $words[2..] 2>/dev/null
end
complete -c larder -f -a '(__larder_complete)'
`;

# Completion of pgpubsub for bash, and for zsh after `autoload -U +X bashcompinit && bashcompinit`.
_pgpubsub() {
  local line=${COMP_LINE:0:$COMP_POINT} word=$2 found
  COMPREPLY=()
  while IFS= read -r found; do
    case $found in "$word"*) [ -z "$found" ] || COMPREPLY+=("$found") ;; esac
  done < <(pgpubsub "[suggest:${#line}]" "$line" 2>/dev/null)
}
complete -o default -F _pgpubsub pgpubsub

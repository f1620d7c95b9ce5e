#!/usr/bin/env bash
# Decides the job by the exit code of the run.
set -euo pipefail
case ${MRLINT_EXIT_CODE:-none} in
  0) echo "nothing at or above --fail-on" ;;
  1) echo "::error title=mrlint::findings at or above --fail-on; the job summary lists them"; exit 1 ;;
  3) echo "::error title=mrlint::too little could be read to say more; the job summary names the gaps"; exit 3 ;;
  none | '') echo "::error title=mrlint::the run did not end"; exit 4 ;;
  *) echo "::error title=mrlint::the run ended with code $MRLINT_EXIT_CODE before it had judged"; exit "$MRLINT_EXIT_CODE" ;;
esac

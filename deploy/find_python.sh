#!/bin/sh
# Print a Python that can run Heliograph: $1 if given, otherwise the first good one on the PATH.
set -u
old="" bare=""
for python in ${1:-python3.11 python3.12 python3.13 python3 python3.14 python}; do
    command -v "$python" >/dev/null 2>&1 || continue
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || { old=${old:-$python}; continue; }
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || { bare=${bare:-$python}; continue; }
    command -v "$python"
    exit 0
done
if [ -n "$bare" ]; then
    echo "$bare cannot make virtual environments: install its venv module (on Debian and Ubuntu: apt install python3-venv)." >&2
elif [ -n "$old" ]; then
    echo "Heliograph needs Python 3.11 or newer, and $old is $("$old" --version 2>&1): install a newer one, or name it: make PYTHON=/path/to/python." >&2
else
    echo "Heliograph needs Python 3.11 or newer, and ${1:-python3} was not found: install it, or name it: make PYTHON=/path/to/python." >&2
fi
exit 2

#!/bin/sh
# install.sh VENV LOCK|WHEEL: install packages, and remove what differs between two builds or is of no use in an image.
set -eu
venv=$1
packages=$2
if [ -f /run/secrets/registry ]; then
  set -a
  # shellcheck source=/dev/null
  . /run/secrets/registry
  set +a
fi
[ -d "${venv}" ] || python3 -m venv --without-pip "${venv}"
install() { UV_LINK_MODE=copy /build/uv/bin/uv pip install --quiet --python "${venv}/bin/python" --no-deps "$@"; }
# Compiled code that checks its source by hash does not contain a time. Code of other Pythons does not compile.
compile() { "${venv}/bin/python" -m compileall -q --invalidation-mode unchecked-hash "$@" > /dev/null || true; }

case ${packages} in
  *.lock)
    install --require-hashes -r "${packages}"
    cd "${venv}"/lib/python3*/site-packages
    # Tests of packages, headers, sources in C, and Arrow's RPC are never used.
    find . -type d \( -name tests -o -name include -o -path ./onnx/backend/test -o -path ./onnxruntime/transformers \) \
      -prune -exec rm -rf {} +
    find . -type f \( -name '*.pyx' -o -name '*.pxd' -o -name '*.c' -o -name '*.cpp' -o -name '*.h' \
      -o -path './pyarrow/*flight*' \) -delete
    compile .
    ;;
  *)
    install --offline "${packages}"
    cd "${venv}"/lib/python3*/site-packages
    # uv notes when it installed a local wheel: that differs between two builds.
    rm -f delay_core-*.dist-info/uv_cache.json
    sed -i '/uv_cache\.json/d' delay_core-*.dist-info/RECORD
    while read -r name; do
      compile "${name}"
    done < "$(echo delay_core-*.dist-info/top_level.txt)"
    ;;
esac
find "${venv}" -exec touch --no-dereference --date "@${SOURCE_DATE_EPOCH:?}" {} +

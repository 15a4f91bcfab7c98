"""Runs a core module of WASI preview 1 with the package `wasmtime`, as `pato exec` does.

With `--compile FROM TO`, keeps its compiled code; else `CODE ARGUMENTS...` runs what was kept.
"""

import sys

from wasmtime import Engine, ExitTrap, Linker, Module, Store, WasiConfig

engine = Engine()
if sys.argv[1] == "--compile":
    with open(sys.argv[3], "wb") as kept:
        kept.write(Module.from_file(engine, sys.argv[2]).serialize())
    sys.exit()

linker = Linker(engine)
linker.define_wasi()
wasi = WasiConfig()
wasi.argv = ["program", *sys.argv[2:]]
wasi.inherit_stdin()
wasi.inherit_stdout()
wasi.inherit_stderr()
store = Store(engine)
store.set_wasi(wasi)
instance = linker.instantiate(store, Module.deserialize_file(engine, sys.argv[1]))
try:
    instance.exports(store)["_start"](store)
except ExitTrap as exit:
    sys.exit(exit.code)

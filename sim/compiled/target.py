"""Machine code from LLVM's text, by llvmlite, which is imported here, where it is used."""

from __future__ import annotations

from typing import Any


def object_code(text: str) -> bytes:
    """Machine code for this processor."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    code: bytes = _target().emit_object(llvm.parse_assembly(text))
    return code


def loaded(code: bytes) -> tuple[Any, int]:
    """Machine code put where it can run, and the address of `run`; the first must be held on to."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine, engine.get_function_address("run")


def processor() -> tuple[str, str]:
    """The name of this processor, and what it can do, as LLVM says it."""
    import llvmlite.binding as llvm

    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def _target() -> Any:
    import llvmlite.binding as llvm

    cpu, features = processor()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=cpu, features=features, opt=2, jit=True
    )

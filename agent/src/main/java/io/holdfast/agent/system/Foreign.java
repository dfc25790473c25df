package io.holdfast.agent.system;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** Helpers for native calls by java.lang.foreign. */
public final class Foreign {
    public static final Linker LINKER = Linker.nativeLinker();
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private Foreign() {}

    /** Opens a shared library for the life of the process; {@code debianPackage} is named in the error when it's missing. */
    public static SymbolLookup library(String file, String debianPackage) {
        try {
            return SymbolLookup.libraryLookup(file, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("can't open " + file + "; install the Debian package " + debianPackage, e);
        }
    }

    public static MethodHandle handle(
            SymbolLookup library, String name, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment symbol =
                library.find(name).orElseThrow(() -> new IllegalStateException("no function " + name + " in library"));
        return LINKER.downcallHandle(symbol, descriptor, options);
    }

    /** The C string at a pointer, or the empty string for null. */
    public static String string(MemorySegment pointer) {
        return pointer.address() == 0 ? "" : pointer.reinterpret(NO_LIMIT).getString(0);
    }

    /** A native call itself never throws; anything else is a bug in the descriptor. */
    public static AssertionError broken(Throwable e) {
        return new AssertionError("native call failed", e);
    }
}

package io.holdfast.agent.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.holdfast.agent.system.Foreign;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** The signatures of libvirt (9.0, libvirt.so.0, LGPL-2.1, linked at run time) that the agent needs. */
final class LibVirt {
    static final int EVENT_LIFECYCLE = 0;
    static final int SHUTDOWN_ACPI = 1;
    static final int UUID_TEXT_BYTES = 37;
    static final int AGENT_SECONDS = 2;
    static final int XML_MIGRATABLE = 8;
    /** Size of virDomainJobInfo, whose first int is the job's type, 0: none. */
    static final int JOB_INFO_BYTES = 96;
    /** Live, peer to peer, through libvirtd's own connection, paused at the target, broken off on an I/O error, with the guest slowed until it converges. */
    static final int MIGRATE_FLAGS = 1 | 2 | 4 | 32 | 1 << 12 | 1 << 13;

    static final String MIGRATE_DEFINITION = "destination_xml";

    private static final SymbolLookup LIBRARY = Foreign.library("libvirt.so.0", "libvirt0");

    private static final SymbolLookup QEMU_LIBRARY = Foreign.library("libvirt-qemu.so.0", "libvirt0");

    static final MethodHandle SET_ERROR_FUNCTION = procedure("virSetErrorFunc", ADDRESS, ADDRESS);
    static final MethodHandle LAST_ERROR_MESSAGE =
            Foreign.handle(LIBRARY, "virGetLastErrorMessage", FunctionDescriptor.of(ADDRESS));
    static final MethodHandle EVENT_REGISTER = integer("virEventRegisterDefaultImpl");
    static final MethodHandle EVENT_RUN = integer("virEventRunDefaultImpl");
    static final MethodHandle OPEN = pointer("virConnectOpen", ADDRESS);
    static final MethodHandle REF = integer("virConnectRef", ADDRESS);
    static final MethodHandle CLOSE = integer("virConnectClose", ADDRESS);
    static final MethodHandle IS_ALIVE = integer("virConnectIsAlive", ADDRESS);
    static final MethodHandle SET_KEEPALIVE = integer("virConnectSetKeepAlive", ADDRESS, JAVA_INT, JAVA_INT);
    static final MethodHandle REGISTER_CLOSE =
            integer("virConnectRegisterCloseCallback", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    static final MethodHandle UNREGISTER_CLOSE = integer("virConnectUnregisterCloseCallback", ADDRESS, ADDRESS);
    static final MethodHandle REGISTER_EVENT =
            integer("virConnectDomainEventRegisterAny", ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    static final MethodHandle DEREGISTER_EVENT = integer("virConnectDomainEventDeregisterAny", ADDRESS, JAVA_INT);
    static final MethodHandle LIST_DOMAINS = integer("virConnectListAllDomains", ADDRESS, ADDRESS, JAVA_INT);
    static final MethodHandle CREATE = pointer("virDomainCreateXML", ADDRESS, ADDRESS, JAVA_INT);
    static final MethodHandle LOOKUP = pointer("virDomainLookupByUUIDString", ADDRESS, ADDRESS);
    static final MethodHandle SHUTDOWN = integer("virDomainShutdownFlags", ADDRESS, JAVA_INT);
    static final MethodHandle MIGRATE =
            integer("virDomainMigrateToURI3", ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);
    static final MethodHandle ADD_STRING =
            integer("virTypedParamsAddString", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    static final MethodHandle FREE_PARAMETERS =
            Foreign.handle(LIBRARY, "virTypedParamsFree", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
    static final MethodHandle ABORT_JOB = integer("virDomainAbortJob", ADDRESS);
    static final MethodHandle JOB = integer("virDomainGetJobInfo", ADDRESS, ADDRESS);
    static final MethodHandle RESUME = integer("virDomainResume", ADDRESS);
    static final MethodHandle STATE = integer("virDomainGetState", ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    static final MethodHandle UUID = integer("virDomainGetUUIDString", ADDRESS, ADDRESS);
    static final MethodHandle NAME = pointer("virDomainGetName", ADDRESS);
    static final MethodHandle FREE_DOMAIN = integer("virDomainFree", ADDRESS);
    static final MethodHandle XML = pointer("virDomainGetXMLDesc", ADDRESS, JAVA_INT);
    static final MethodHandle AGENT_COMMAND = Foreign.handle(
            QEMU_LIBRARY,
            "virDomainQemuAgentCommand",
            FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT));
    /** Of the C library: the list of domains and texts are allocated by libvirt. */
    static final MethodHandle FREE =
            Foreign.handle(Foreign.LINKER.defaultLookup(), "free", FunctionDescriptor.ofVoid(ADDRESS));

    private LibVirt() {}

    private static MethodHandle integer(String name, MemoryLayout... arguments) {
        return Foreign.handle(LIBRARY, name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MethodHandle pointer(String name, MemoryLayout... arguments) {
        return Foreign.handle(LIBRARY, name, FunctionDescriptor.of(ADDRESS, arguments));
    }

    private static MethodHandle procedure(String name, MemoryLayout... arguments) {
        return Foreign.handle(LIBRARY, name, FunctionDescriptor.ofVoid(arguments));
    }

    /** Error of the last call on this thread. */
    static String lastError() {
        try {
            return Foreign.string((MemorySegment) LAST_ERROR_MESSAGE.invokeExact());
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }
}

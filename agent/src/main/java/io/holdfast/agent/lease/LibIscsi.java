package io.holdfast.agent.lease;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.holdfast.agent.system.Foreign;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/** The signatures of libiscsi (1.19, libiscsi.so.7, LGPL-2.1, linked at run time) that a lease area needs. */
final class LibIscsi {
    static final int SESSION_NORMAL = 2;
    static final int STATUS_GOOD = 0;
    /** struct scsi_task: offsets of datain.data (pointer) for the answer to READ CAPACITY. */
    static final long TASK_DATA_SIZE = 64;

    static final long TASK_DATA = 72;

    private static final SymbolLookup LIBRARY = Foreign.library("libiscsi.so.7", "libiscsi7");

    static final MethodHandle CREATE = handle("iscsi_create_context", FunctionDescriptor.of(ADDRESS, ADDRESS));
    static final MethodHandle DESTROY = handle("iscsi_destroy_context", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle SET_TARGET =
            handle("iscsi_set_targetname", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle SET_SESSION_TYPE =
            handle("iscsi_set_session_type", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle SET_TIMEOUT =
            handle("iscsi_set_timeout", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle SET_NO_RECONNECT =
            handle("iscsi_set_noautoreconnect", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
    static final MethodHandle SET_TCP_USER_TIMEOUT =
            handle("iscsi_set_tcp_user_timeout", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
    static final MethodHandle SET_TCP_SYN_COUNT =
            handle("iscsi_set_tcp_syncnt", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
    static final MethodHandle CONNECT =
            handle("iscsi_full_connect_sync", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    static final MethodHandle GET_DESCRIPTOR = handle("iscsi_get_fd", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle GET_ERROR = handle("iscsi_get_error", FunctionDescriptor.of(ADDRESS, ADDRESS));
    static final MethodHandle READ_CAPACITY =
            handle("iscsi_readcapacity10_sync", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
    /** (context, lun, lba, bytes, block size, protect, dpo, fua, fua_nv, group, iov, niov). */
    static final MethodHandle READ = handle("iscsi_read10_iov_sync", transfer(9, ADDRESS, JAVA_INT));
    /** (context, lun, lba, data, bytes, block size, protect, dpo, fua, fua_nv, group). */
    static final MethodHandle WRITE = handle(
            "iscsi_write10_sync",
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS).appendArgumentLayouts(ints(7)));

    static final MethodHandle FREE_TASK = handle("scsi_free_scsi_task", FunctionDescriptor.ofVoid(ADDRESS));

    private LibIscsi() {}

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return Foreign.handle(LIBRARY, name, descriptor);
    }

    private static FunctionDescriptor transfer(int ints, MemoryLayout... rest) {
        return FunctionDescriptor.of(ADDRESS, ADDRESS)
                .appendArgumentLayouts(ints(ints))
                .appendArgumentLayouts(rest);
    }

    private static MemoryLayout[] ints(int count) {
        return Collections.nCopies(count, JAVA_INT).toArray(MemoryLayout[]::new);
    }
}

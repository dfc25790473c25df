package io.holdfast.lab;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds the thread of a manager that is about to send an agent the order to start a VM, after it has asked whether it may act and before it acts: where
 * a pause of the process hits in one of a million cases, hit here each time, by the debugger's interface and without a change to the program.
 */
final class HeldCommand implements AutoCloseable {

    /** What the manager's JVM needs. */
    static final String OPTION = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:7999";

    private static final String PORT = "7999";
    private static final String PLACE = "io.holdfast.manager.link.AgentCommands";

    private final VirtualMachine machine;
    private final CountDownLatch held = new CountDownLatch(1);
    private volatile @Nullable EventSet stopped;

    private HeldCommand(VirtualMachine machine) {
        this.machine = machine;
    }

    /** From now on the first such order is held. */
    static HeldCommand on(String address) {
        try {
            AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                    .filter(one -> one.transport().name().equals("dt_socket"))
                    .findFirst()
                    .orElseThrow();
            var arguments = connector.defaultArguments();
            Objects.requireNonNull(arguments.get("hostname")).setValue(address);
            Objects.requireNonNull(arguments.get("port")).setValue(PORT);
            HeldCommand command = new HeldCommand(connector.attach(arguments));
            command.watch();
            return command;
        } catch (IOException | IllegalConnectorArgumentsException e) {
            throw new LabException("the manager on " + address + " can't be held: " + e.getMessage(), e);
        }
    }

    private void watch() {
        var loaded = machine.classesByName(PLACE);
        if (loaded.isEmpty()) {
            var prepared = machine.eventRequestManager().createClassPrepareRequest();
            prepared.addClassFilter(PLACE);
            prepared.enable();
        } else {
            stopAt(loaded.getFirst());
        }
        Thread.ofPlatform().daemon().name("held-command").start(this::events);
    }

    private void stopAt(ReferenceType type) {
        BreakpointRequest stop = machine.eventRequestManager()
                .createBreakpointRequest(
                        type.methodsByName("message").getFirst().location());
        stop.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
        stop.enable();
    }

    private void events() {
        try {
            while (true) {
                EventSet set = machine.eventQueue().remove();
                boolean hold = false;
                for (Event event : set) {
                    if (event instanceof ClassPrepareEvent prepared) {
                        stopAt(prepared.referenceType());
                    } else if (event instanceof BreakpointEvent hit && held.getCount() > 0) {
                        hold = isStart(hit);
                    }
                }
                if (hold) {
                    stopped = set;
                    held.countDown();
                } else {
                    set.resume();
                }
            }
        } catch (InterruptedException | VMDisconnectedException end) {
            held.countDown();
        }
    }

    private static boolean isStart(BreakpointEvent hit) {
        try {
            return hit.thread().frame(0).getArgumentValues().getFirst() instanceof ObjectReference command
                    && command.referenceType().name().endsWith("StartVm");
        } catch (IncompatibleThreadStateException notStopped) {
            return false;
        }
    }

    /** Waits until one is held. */
    void await(long limitMillis) throws InterruptedException {
        if (!held.await(limitMillis, TimeUnit.MILLISECONDS) || stopped == null) {
            throw new LabException("the leader has ordered no start within " + limitMillis + " ms");
        }
    }

    /** It goes on; the process must run. */
    void go() {
        @Nullable EventSet set = stopped;
        if (set != null) {
            set.resume();
        }
    }

    @Override
    public void close() {
        machine.dispose();
    }
}

package io.holdfast.manager.power;

import io.holdfast.core.health.PowerState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * IPMI by the kept tool {@code ipmitool}, one short process a question.
 *
 * <p>{@code -C 3} names the cipher suite, which spares the discovery that takes 10 s where a BMC does not offer it; {@code -N 1 -R 1} ends a
 * question to a dead BMC after 2 s; {@code -v} is needed because only the verbose output tells a wrong password from silence. The password
 * goes through the environment: a command line can be read by every user of the machine.
 */
public final class IpmitoolPower implements PowerControl {
    /** A dead BMC is given up by ipmitool itself after 2.1 s (measured); beyond this the process is killed. */
    public static final Duration TIME_LIMIT = Duration.ofSeconds(4);

    private final String program;
    private final Duration timeLimit;

    /** @param program path or name of ipmitool */
    public IpmitoolPower(String program, Duration timeLimit) {
        this.program = program;
        this.timeLimit = timeLimit;
    }

    @Override
    public PowerReading read(BmcAccess bmc) {
        return ask(bmc, "status");
    }

    @Override
    public PowerReading powerOff(BmcAccess bmc) {
        return ask(bmc, "off");
    }

    private PowerReading ask(BmcAccess bmc, String verb) {
        long start = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(List.of(
                program,
                "-v",
                "-I",
                "lanplus",
                "-C",
                "3",
                "-N",
                "1",
                "-R",
                "1",
                "-H",
                bmc.address(),
                "-p",
                Integer.toString(bmc.port()),
                "-U",
                bmc.username(),
                "-E",
                "chassis",
                "power",
                verb));
        builder.redirectErrorStream(true);
        builder.environment().put("IPMITOOL_PASSWORD", bmc.password());
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                String output = outputWithin(process);
                return interpret(output, millisSince(start));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException failure) {
            return new PowerReading(
                    PowerState.UNREACHABLE,
                    program + " could not be run (" + failure.getMessage() + "): install the package ipmitool",
                    millisSince(start));
        } catch (TimeoutException silence) {
            return new PowerReading(
                    PowerState.UNREACHABLE, "no answer within " + timeLimit.toMillis() + " ms", millisSince(start));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new PowerReading(PowerState.UNREACHABLE, "interrupted", millisSince(start));
        }
    }

    /** The output is read on a thread of its own: a process that hangs with its pipe open must not take the caller with it. */
    private String outputWithin(Process process) throws IOException, InterruptedException, TimeoutException {
        CompletableFuture<byte[]> output = new CompletableFuture<>();
        Thread.ofVirtual().name("ipmitool-output").start(() -> {
            try (var stream = process.getInputStream()) {
                output.complete(stream.readNBytes(16_384));
            } catch (IOException failure) {
                output.completeExceptionally(failure);
            }
        });
        try {
            return new String(output.get(timeLimit.toNanos(), TimeUnit.NANOSECONDS), StandardCharsets.UTF_8);
        } catch (ExecutionException failure) {
            throw new IOException("its output could not be read", failure.getCause());
        }
    }

    static PowerReading interpret(String output, long millis) {
        String lower = output.toLowerCase(Locale.ROOT);
        if (lower.contains("chassis power is on") || lower.contains("chassis power control: up/on")) {
            return new PowerReading(PowerState.ON, "", millis);
        }
        if (lower.contains("chassis power is off") || lower.contains("chassis power control: down/off")) {
            return new PowerReading(PowerState.OFF, "", millis);
        }
        String refusal = refusalIn(lower);
        if (refusal != null) {
            return new PowerReading(PowerState.WRONG_PASSWORD, refusal, millis);
        }
        if (lower.contains("get auth capabilities error")
                || lower.contains("get channel authentication capabilities")) {
            return new PowerReading(PowerState.UNREACHABLE, "no answer", millis);
        }
        return new PowerReading(PowerState.ERROR, lastLine(output), millis);
    }

    private static @Nullable String refusalIn(String lower) {
        if (lower.contains("unauthorized name")) {
            return "the BMC does not know the user name";
        }
        if (lower.contains("hmac is invalid")
                || lower.contains("invalid integrity check")
                || lower.contains("password")) {
            return "the BMC refuses the password";
        }
        if (lower.contains("unauthorized role") || lower.contains("insufficient privilege")) {
            return "the BMC's user may not control power (role administrator or operator needed)";
        }
        return null;
    }

    private static String lastLine(String output) {
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? "no answer" : lines.getLast().strip();
    }

    private static long millisSince(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }
}

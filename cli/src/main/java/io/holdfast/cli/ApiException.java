package io.holdfast.cli;

import java.net.URI;

/** The server could not be reached, or it answered with a problem. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Problem problem;
    private final int exitCode;

    private ApiException(Problem problem, int exitCode, String message) {
        super(message);
        this.problem = problem;
        this.exitCode = exitCode;
    }

    static ApiException refused(Problem problem) {
        return new ApiException(problem, ExitCode.ofHttpStatus(problem.status()), problem.title());
    }

    static ApiException unreachable(URI server, Exception cause) {
        String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        Problem problem = new Problem(
                0,
                "no manager answers at " + server,
                "The connection failed: " + reason + ".",
                "",
                "Check that the manager runs there, or name another address with --server URL or HOLDFAST_SERVER.",
                "unreachable");
        ApiException exception = new ApiException(problem, ExitCode.UNREACHABLE, problem.title());
        exception.initCause(cause);
        return exception;
    }

    /** What went wrong, for people and programs. */
    public Problem problem() {
        return problem;
    }

    /** One of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }
}

package io.holdfast.cli;

/** Exit codes of every command, for scripts (docs/operations.md). */
public final class ExitCode {

    public static final int OK = 0;
    /** The server failed, or something unforeseen. */
    public static final int FAILED = 1;
    /** The command line is wrong. */
    public static final int USAGE = 2;
    /** What was named does not exist. */
    public static final int NOT_FOUND = 3;
    /** The server refused: invalid, in conflict with the present state, or not allowed. */
    public static final int REFUSED = 4;
    /** No server answers at the address. */
    public static final int UNREACHABLE = 5;

    private static final int HTTP_BAD_REQUEST = 400;
    private static final int HTTP_NOT_FOUND = 404;
    private static final int HTTP_SERVER_ERROR = 500;

    private ExitCode() {}

    /** The exit code for an HTTP status that is an error. */
    public static int ofHttpStatus(int status) {
        if (status == HTTP_NOT_FOUND) {
            return NOT_FOUND;
        }
        return status >= HTTP_BAD_REQUEST && status < HTTP_SERVER_ERROR ? REFUSED : FAILED;
    }
}

package io.holdfast.cli;

import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Tells on standard error what went wrong and what to do, and chooses the exit code. With --json as a problem document. */
final class Failures {

    private final Holdfast root;
    private final PrintStream err;

    Failures(Holdfast root, PrintStream err) {
        this.root = root;
        this.err = err;
    }

    int wrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        err.println("holdfast: " + wrong.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err)) {
            err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        return ExitCode.USAGE;
    }

    int failed(Exception failure) {
        if (failure instanceof ParameterException wrong) {
            return wrongUsage(wrong, new String[0]);
        }
        if (failure instanceof ApiException refused) {
            tell(refused.problem());
            return refused.exitCode();
        }
        err.println("holdfast: " + (failure.getMessage() == null ? failure.toString() : failure.getMessage()));
        return ExitCode.FAILED;
    }

    private void tell(Problem problem) {
        if (root.json()) {
            err.println(Json.object()
                    .put("status", problem.status())
                    .put("title", problem.title())
                    .put("detail", problem.detail())
                    .put("field", problem.field())
                    .put("remedy", problem.remedy())
                    .put("code", problem.code()));
            return;
        }
        Words words = new Words(root.language());
        err.println("holdfast: " + problem.title());
        line(problem.detail());
        if (!problem.field().isEmpty()) {
            line(words.of("problem.field", problem.field()));
        }
        if (!problem.remedy().isEmpty()) {
            line(words.of("problem.remedy", problem.remedy()));
        }
    }

    private void line(String text) {
        if (!text.isEmpty()) {
            err.println("  " + text);
        }
    }
}

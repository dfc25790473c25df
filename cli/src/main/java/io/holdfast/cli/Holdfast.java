package io.holdfast.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of all commands: the options that each of them takes, and the session made from them. */
@Command(
        name = "holdfast",
        mixinStandardHelpOptions = true,
        version = "holdfast 0.1.0",
        scope = ScopeType.INHERIT,
        sortOptions = false,
        description = "Works with a Holdfast manager over its REST API.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the server failed, or something unforeseen",
            "2:the command line is wrong",
            "3:what was named does not exist",
            "4:refused: invalid, or in conflict with the present state",
            "5:no manager answers at the address"
        })
final class Holdfast implements Runnable {

    private static final String DEFAULT_SERVER = "http://127.0.0.1:7480";

    private final Terminal terminal;
    private final Environment environment;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--server",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "The manager's address. Default: HOLDFAST_SERVER, or " + DEFAULT_SERVER)
    private @Nullable String server;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the API's JSON unchanged")
    private boolean json;

    @Option(
            names = "--language",
            paramLabel = "en|zh",
            scope = ScopeType.INHERIT,
            description = "Language of the output. Default: from LC_ALL or LANG")
    private @Nullable String language;

    Holdfast(Terminal terminal, Environment environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    @Override
    public void run() {
        CommandLine.usage(this, terminal.out());
    }

    /** What a command works with; refuses a wrong global option. */
    Session session() {
        Words words = new Words(language());
        return new Session(terminal, new ApiClient(address(), words.language()), words, json);
    }

    String language() {
        String chosen = Optional.ofNullable(language).orElseGet(() -> Words.languageOf(environment));
        if (!chosen.equals("en") && !chosen.equals("zh")) {
            throw wrong("--language is '" + chosen + "', but only en and zh exist");
        }
        return chosen;
    }

    /** The environment variable's value, or empty. */
    String environment(String name) {
        return environment.get(name);
    }

    boolean json() {
        return json;
    }

    /** A mistake on the command line: exit code 2, with the usage line of the command. */
    ParameterException wrong(String message) {
        CommandLine commandLine = spec == null ? new CommandLine(this) : spec.commandLine();
        return new ParameterException(commandLine, message);
    }

    private URI address() {
        String fromEnvironment = environment.get("HOLDFAST_SERVER");
        String text = server != null ? server : fromEnvironment.isEmpty() ? DEFAULT_SERVER : fromEnvironment;
        try {
            URI address = new URI(text);
            boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (http && address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException noAddress) {
            throw wrong("'" + text + "' is no address of a manager: " + noAddress.getReason());
        }
        throw wrong("'" + text + "' is no address of a manager; write for example " + DEFAULT_SERVER);
    }
}

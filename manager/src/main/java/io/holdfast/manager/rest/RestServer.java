package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.staticfiles.Location;
import io.javalin.router.Endpoint;
import io.javalin.util.JavalinException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP: the routes below {@code /api/v1}, problem documents, and the console's files. */
public final class RestServer implements AutoCloseable {
    /** Where the interface begins. */
    public static final String PREFIX = "/api/v1";

    private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);
    private static final long MAX_REQUEST_BYTES = 1_000_000;

    private final Javalin javalin;
    private final List<Route> routes;

    /**
     * Starts to listen.
     *
     * @param metrics text of {@code GET /metrics}
     * @param console directory with the built console, or null: without one
     */
    public RestServer(
            InetSocketAddress address,
            List<Route> routes,
            Gate gate,
            Supplier<String> metrics,
            @Nullable Path console) {
        this.routes = List.copyOf(routes);
        javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.concurrency.useVirtualThreads = true;
            config.http.maxRequestSize = MAX_REQUEST_BYTES;
            config.jetty.modifyServer(server -> server.setStopTimeout(500));
            routes.forEach(route ->
                    config.routes.addEndpoint(new Endpoint(route.method(), PREFIX + route.path(), gate.behind(route))));
            config.routes.addEndpoint(new Endpoint(
                    HandlerType.GET,
                    "/metrics",
                    context -> context.contentType("text/plain; version=0.0.4; charset=utf-8")
                            .result(metrics.get())));
            config.routes.exception(ProblemException.class, (problem, context) -> answer(context, problem));
            config.routes.exception(Exception.class, RestServer::unexpected);
            serveConsole(config, console);
            config.routes.error(404, RestServer::nothingThere);
        });
        javalin.start(address.getHostString(), address.getPort());
    }

    /** Loads most of the HTTP server's classes; run beside the opening of the database it makes the start faster on two cores. */
    public static void warmUp() {
        Javalin.create(config -> config.startup.showJavalinBanner = false);
    }

    private static void serveConsole(JavalinConfig config, @Nullable Path console) {
        if (console == null || !Files.isRegularFile(console.resolve("index.html"))) {
            if (console != null) {
                LOG.warn("There is no console in {}: build it, or leave --console out", console);
            }
            return;
        }
        config.staticFiles.add(console.toString(), Location.EXTERNAL);
        Path index = console.resolve("index.html");
        config.spaRoot.addHandler("/", context -> {
            if (context.path().startsWith("/api/")) {
                nothingThere(context);
            } else {
                context.html(Files.readString(index));
            }
        });
    }

    private static void nothingThere(Context context) {
        if (!"application/problem+json".equals(context.res().getContentType())) {
            answer(
                    context,
                    ProblemException.of(ProblemText.NO_PATH, context.method().toString(), context.path()));
        }
    }

    private static void unexpected(Exception failure, Context context) {
        LOG.error("{} {} failed", context.method(), context.path(), failure);
        answer(context, ProblemException.of(ProblemText.INTERNAL, String.valueOf(failure.getMessage())));
    }

    private static void answer(Context context, ProblemException problem) {
        Locale language = Texts.language(context.header("Accept-Language"));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", "https://holdfast.io/problems/" + problem.code());
        body.put("title", problem.title(language)).put("status", problem.status());
        body.put("detail", problem.detail(language)).put("field", problem.field());
        body.put("code", problem.code());
        context.status(problem.status())
                .result(body.toString())
                .contentType("application/problem+json")
                .header("Content-Language", language.getLanguage());
    }

    /** Every operation that is served. */
    public List<Route> routes() {
        return routes;
    }

    /** The port that is listened on; of use when 0 was asked for. */
    public int port() {
        return javalin.port();
    }

    /** Streams have been ended by then; a client that doesn't read its answer is cut off. */
    @Override
    public void close() {
        try {
            javalin.stop();
        } catch (JavalinException late) {
            LOG.info("HTTP stopped with a request under way");
        }
    }
}

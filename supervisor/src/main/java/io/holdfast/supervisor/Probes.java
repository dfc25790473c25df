package io.holdfast.supervisor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** Each probe asks one thing, within its own time limit. The intervals are in {@link Prober}. */
final class Probes {

    /** So short that a hung manager has cost the VIP after two of them, before clients that wait for a second try again. */
    static final Duration MANAGER_LIMIT = Duration.ofMillis(400);

    static final Duration HTTP_LIMIT = Duration.ofMillis(800);
    static final Duration PEER_LIMIT = Duration.ofMillis(700);
    static final Duration EVIDENCE_LIMIT = Duration.ofMillis(500);

    private static final Pattern ROLE = Pattern.compile("\"role\"\\s*:\\s*\"([a-z]{1,20})\"");
    private static final Pattern LEADER = Pattern.compile("\"leader\"\\s*:\\s*\"([^\"]{1,100})\"");
    private static final Pattern LEADER_SEEN = Pattern.compile("\"leaderSeenMillis\"\\s*:\\s*(\\d{1,15})");
    private static final Pattern LAST_LEADER = Pattern.compile("\"lastLeader\"\\s*:\\s*\"([^\"]{1,100})\"");
    private static final Pattern HANDED_OVER = Pattern.compile("\"handedOver\"\\s*:\\s*true");
    private static final Pattern ARBITER = Pattern.compile("\"arbiter\"\\s*:\\s*\"(\\d{1,3}(?:\\.\\d{1,3}){3})\"");
    private static final Pattern EPOCH = Pattern.compile("\"epoch\"\\s*:\\s*(\\d{1,18})");

    /** Turns the instant of handing in into an observation. */
    interface Seen {
        Observation at(long nowNanos);
    }

    private final SupervisorSettings settings;
    private final HttpProbe http = new HttpProbe();
    private final HttpProbe peers;
    private final AtomicReference<Optional<PeerDetails>> peerDetails;
    private volatile InetSocketAddress arbiter;

    Probes(SupervisorSettings settings, PeerTls tls, AtomicReference<Optional<PeerDetails>> peerDetails) {
        this.peerDetails = peerDetails;
        this.settings = settings;
        this.arbiter = settings.arbiter();
        this.peers = new HttpProbe(tls.context());
    }

    Seen manager(ServiceControl control) throws InterruptedException {
        HttpProbe.Result result = http.get(settings.managerStatus(), MANAGER_LIMIT);
        Optional<ManagerAnswer> answer =
                result instanceof HttpProbe.Result.Answer(int status, String body) && status == 200
                        ? answer(body)
                        : Optional.empty();
        if (result instanceof HttpProbe.Result.Answer(int status, String body) && status == 200) {
            arbiterNow(body)
                    .ifPresent(address -> arbiter =
                            new InetSocketAddress(address, settings.arbiter().getPort()));
        }
        return service(Service.MANAGER, result, control, answer);
    }

    Seen console(ServiceControl control) throws InterruptedException {
        return service(Service.CONSOLE, http.get(settings.console(), HTTP_LIMIT), control, Optional.empty());
    }

    private static Seen service(
            Service service, HttpProbe.Result result, ServiceControl control, Optional<ManagerAnswer> answer) {
        ProbeOutcome outcome = switch (result) {
            case HttpProbe.Result.Answer(int status, String _) -> status == 200 ? ProbeOutcome.GOOD : ProbeOutcome.BAD;
            case HttpProbe.Result.Refused _ -> control.alive() ? ProbeOutcome.REFUSED : ProbeOutcome.GONE;
            case HttpProbe.Result.Silent _ -> ProbeOutcome.SILENT;
        };
        String detail = switch (result) {
            case HttpProbe.Result.Answer(int status, String _) ->
                "HTTP " + status
                        + answer.map(said -> ", " + said.role() + " of epoch " + said.epoch())
                                .orElse("");
            case HttpProbe.Result.Refused(String why) ->
                outcome == ProbeOutcome.GONE ? "process gone" : "refused: " + why;
            case HttpProbe.Result.Silent(Duration limit) -> "no answer within " + limit.toMillis() + " ms";
        };
        return now -> new Observation.ServiceSeen(service, outcome, detail, answer, now);
    }

    /** Address of the host whose agent runs the arbiter, as the manager says: it moves. */
    static Optional<String> arbiterNow(String body) {
        Matcher found = ARBITER.matcher(body);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    static Optional<ManagerAnswer> answer(String body) {
        Matcher role = ROLE.matcher(body);
        Matcher epoch = EPOCH.matcher(body);
        Matcher leader = LEADER.matcher(body);
        Matcher seen = LEADER_SEEN.matcher(body);
        Matcher last = LAST_LEADER.matcher(body);
        return role.find() && epoch.find()
                ? Optional.of(new ManagerAnswer(
                        role.group(1),
                        Long.parseLong(epoch.group(1)),
                        leader.find() ? Optional.of(leader.group(1)) : Optional.empty(),
                        seen.find() ? Long.parseLong(seen.group(1)) : Long.MAX_VALUE,
                        last.find() ? Optional.of(last.group(1)) : Optional.empty(),
                        HANDED_OVER.matcher(body).find()))
                : Optional.empty();
    }

    Seen keepalived(ServiceControl control) {
        OptionalLong id = control instanceof CommandControl command
                ? command.id()
                : ProcessIds.read(settings.keepalivedPidFile());
        boolean alive = id.isPresent() && ProcessIds.alive(id.getAsLong());
        ProbeOutcome outcome = !alive
                ? ProbeOutcome.GONE
                : ProcessIds.stopped(id.getAsLong()) ? ProbeOutcome.SILENT : ProbeOutcome.GOOD;
        String detail = switch (outcome) {
            case GONE -> "process gone";
            case SILENT -> "process " + id.getAsLong() + " is stopped";
            case GOOD, BAD, REFUSED -> "process " + id.getAsLong();
        };
        return now -> new Observation.ServiceSeen(Service.KEEPALIVED, outcome, detail, Optional.empty(), now);
    }

    Seen vip() {
        boolean held = holdsVip();
        return now -> new Observation.VipSeen(held, now);
    }

    boolean holdsVip() {
        try {
            NetworkInterface found = NetworkInterface.getByName(settings.vip().networkInterface());
            return found != null
                    && found.inetAddresses()
                            .anyMatch(address -> address.getHostAddress()
                                    .equals(settings.vip().address()));
        } catch (SocketException e) {
            return false;
        }
    }

    Seen peer() throws InterruptedException {
        long askedNanos = System.nanoTime();
        URI address = URI.create("https://" + settings.peer().getAddress().getHostAddress() + ":"
                + settings.peer().getPort() + "/v1/report");
        HttpProbe.Result result = peers.get(address, PEER_LIMIT);
        Optional<PeerReport> report = report(result);
        peerDetails.set(report.isPresent() ? details(result) : Optional.empty());
        return now -> new Observation.PeerSeen(report, askedNanos, now);
    }

    private static Optional<PeerDetails> details(HttpProbe.Result result) {
        try {
            return result instanceof HttpProbe.Result.Answer(int _, String body)
                    ? Optional.of(PeerDetails.read(body, System.nanoTime()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // Only people miss it.
        }
    }

    private Optional<PeerReport> report(HttpProbe.Result result) {
        if (!(result instanceof HttpProbe.Result.Answer(int status, String body)) || status != 200) {
            return Optional.empty();
        }
        try {
            PeerReport report = ReportText.read(body);
            if (report.name().equals(settings.node())) {
                throw new IOException("the peer calls itself " + report.name() + ", as this node does");
            }
            return Optional.of(report);
        } catch (IOException e) {
            LoggerFactory.getLogger(Probes.class).warn("report of {} ignored: {}", settings.peer(), e.getMessage());
            return Optional.empty();
        }
    }

    Seen vipReached() throws InterruptedException {
        URI status = settings.managerStatus();
        URI through = URI.create("http://" + settings.vip().address() + ":" + status.getPort() + status.getPath());
        HttpProbe.Result result = http.get(through, HTTP_LIMIT);
        boolean reached = result instanceof HttpProbe.Result.Answer(int code, String _) && code == 200;
        return evidence(Evidence.VIP_REACHED, reached, through.toString());
    }

    Seen arbiter() {
        InetSocketAddress address = arbiter;
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) EVIDENCE_LIMIT.toMillis());
            return evidence(Evidence.ARBITER, true, address.toString());
        } catch (IOException e) {
            return evidence(Evidence.ARBITER, false, address + ": " + e.getMessage());
        }
    }

    Seen gateway(String host) {
        boolean reached;
        try {
            reached = InetAddress.getByName(host).isReachable((int) EVIDENCE_LIMIT.toMillis());
        } catch (IOException e) {
            reached = false;
        }
        return evidence(Evidence.GATEWAY, reached, host);
    }

    private static Seen evidence(Evidence evidence, boolean reached, String what) {
        String detail = what + (reached ? " answers" : " doesn't answer");
        return now -> new Observation.EvidenceSeen(evidence, reached, detail, now);
    }
}

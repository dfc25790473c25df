package io.holdfast.agent.link;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Which host's agent is at the other end: by the name {@code <host id>.agent.holdfast}, which the cluster's authority gives to agents only. */
final class PeerIdentity implements ServerInterceptor {
    private static final String SUFFIX = ".agent.holdfast";
    private static final int DNS_NAME = 2;

    /** Set for every call that reaches the service. */
    static final Context.Key<String> HOST = Context.key("host");

    static String name(String hostId) {
        return hostId + SUFFIX;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<String> host = host(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
        if (host.isEmpty()) {
            call.close(
                    Status.UNAUTHENTICATED.withDescription(
                            "the certificate names no agent; enrol the host anew, or give it its own certificate"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(HOST, host.get()), call, headers, next);
    }

    private static Optional<String> host(@org.jspecify.annotations.Nullable SSLSession session) {
        if (session == null) {
            return Optional.empty();
        }
        try {
            X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? Optional.empty()
                    : names.stream()
                            .filter(name -> Integer.valueOf(DNS_NAME).equals(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)))
                            .filter(name -> name.endsWith(SUFFIX))
                            .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                            .findFirst();
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            return Optional.empty();
        }
    }
}

package io.holdfast.supervisor.setup;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The hands on another machine, asked over TLS at its {@link JoinServer}. */
final class RemoteHands implements NodeHands {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(4);

    private final String address;
    private final String token;
    private final HttpClient client;

    private RemoteHands(String address, String token, SSLContext context) {
        this.address = address;
        this.token = token;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_LIMIT)
                .sslContext(context)
                .build();
    }

    /** A machine that waits to be set up, known by what it has printed. */
    static RemoteHands joining(String address, JoinCode code) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new Pinned(code.fingerprint())}, new SecureRandom());
            return new RemoteHands(address, code.token(), context);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS 1.3", e);
        }
    }

    /** The other node of a pair. */
    static RemoteHands paired(String address, SSLContext context) {
        return new RemoteHands(address, "", context);
    }

    /** Nobody over there has answered; whether the task was done is not known. */
    static final class SilentException extends IOException {
        SilentException(String message, IOException cause) {
            super(message, cause);
        }
    }

    @Override
    public Map<String, String> perform(Task task, Map<String, String> arguments)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://" + address + ":" + JoinServer.PORT + JoinServer.PATH + task.word()))
                .timeout(task.limit())
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(write(arguments)))
                .build();
        HttpResponse<String> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new SilentException(address + " can't be asked for '" + task.word() + "': " + reason(e), e);
        }
        if (response.statusCode() != 200) {
            throw new IOException(address + ": " + response.body().strip());
        }
        return read(response.body());
    }

    private static String reason(IOException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
    }

    static String write(Map<String, String> entries) throws IOException {
        Properties properties = new Properties();
        properties.putAll(entries);
        StringWriter text = new StringWriter();
        properties.store(text, null);
        return text.toString();
    }

    static Map<String, String> read(String text) throws IOException {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IllegalArgumentException e) {
            throw new IOException("the message is not understood: " + e.getMessage(), e);
        }
        Map<String, String> entries = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> entries.put(key, properties.getProperty(key)));
        return entries;
    }

    /** Believes the one certificate whose fingerprint the operator has carried over, and no other. */
    private static final class Pinned extends X509ExtendedTrustManager {

        private final String fingerprint;

        Pinned(String fingerprint) {
            this.fingerprint = fingerprint;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (!JoinCode.fingerprint(chain[0]).equals(fingerprint)) {
                throw new CertificateException(
                        "another machine answers than the one that printed the code: check the address, and take the code that is shown there now");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this side asks; it trusts no client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("this side asks; it trusts no client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this side asks; it trusts no client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

package io.holdfast.supervisor;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Mutual TLS between the two supervisors.
 *
 * <p>Being signed by the cluster's authority isn't enough: every host's agent has such a certificate, and could otherwise feign a management node.
 * A supervisor's certificate bears the name {@value #SUPERVISOR_NAME}, which the authority gives to nobody else, and its node's address, by which
 * the one that asks knows that it has reached the node it meant.
 */
public final class PeerTls {

    /** Where the three files lie on an installed node. */
    public static final String FOLDER = "/etc/holdfast/supervisor-pki";

    /** Alternative name (DNS) of supervisors' certificates. */
    static final String SUPERVISOR_NAME = "supervisor.holdfast";

    private static final int ALTERNATIVE_DNS = 2;

    /**
     * Its files, all PEM.
     *
     * @param authority the cluster's
     * @param key PKCS #8, elliptic curve
     */
    public record Files(Path authority, Path certificate, Path key) {}

    private final SSLContext context;

    private PeerTls(SSLContext context) {
        this.context = context;
    }

    /** @throws IOException a file can't be read or isn't of its kind; the text names it */
    public static PeerTls of(Files files) throws IOException {
        X509Certificate authority = certificate(files.authority());
        X509Certificate own = certificate(files.certificate());
        PrivateKey key = key(files.key());
        try {
            own.verify(authority.getPublicKey());
            requireSupervisor(own);
            return new PeerTls(context(authority, own, key));
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    files.certificate() + " is no supervisor's certificate of the authority in " + files.authority()
                            + " (" + e.getMessage() + "); take both files and the key from the same set-up",
                    e);
        }
    }

    private static SSLContext context(X509Certificate authority, X509Certificate own, PrivateKey key)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, null);
        keys.setKeyEntry("own", key, new char[0], new Certificate[] {own});
        KeyManagerFactory manager = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        manager.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                manager.getKeyManagers(),
                new TrustManager[] {new SupervisorsOnly((X509ExtendedTrustManager) trust.getTrustManagers()[0])},
                new SecureRandom());
        return context;
    }

    /** For asking. */
    public SSLContext context() {
        return context;
    }

    /** For answering: who has no supervisor's certificate gets nothing. */
    public HttpsConfigurator server() {
        return new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = context.getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        };
    }

    private static X509Certificate certificate(Path file) throws IOException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(java.nio.file.Files.readAllBytes(file)));
        } catch (CertificateException e) {
            throw new IOException(file + " holds no certificate in PEM form: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) throws IOException {
        String text = java.nio.file.Files.readString(file, StandardCharsets.US_ASCII);
        String body = text.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "");
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The cause's text could hold parts of the key.
            throw new IOException(file + " holds no elliptic-curve key in PEM form (PKCS #8)");
        }
    }

    private static void requireSupervisor(X509Certificate certificate) throws CertificateException {
        var names = certificate.getSubjectAlternativeNames();
        if (names == null || !names.contains(List.of(ALTERNATIVE_DNS, SUPERVISOR_NAME))) {
            throw new CertificateException("the certificate of "
                    + certificate.getSubjectX500Principal().getName() + " is not a supervisor's");
        }
    }

    /** The usual checks, the address that was asked included, and the name that only supervisors bear. */
    private static final class SupervisorsOnly extends X509ExtendedTrustManager {

        private final X509ExtendedTrustManager usual;

        SupervisorsOnly(X509ExtendedTrustManager usual) {
            this.usual = usual;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            usual.checkClientTrusted(chain, type, socket);
            requireSupervisor(chain[0]);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            usual.checkServerTrusted(chain, type, socket);
            requireSupervisor(chain[0]);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            usual.checkClientTrusted(chain, type, engine);
            requireSupervisor(chain[0]);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            usual.checkServerTrusted(chain, type, engine);
            requireSupervisor(chain[0]);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            usual.checkClientTrusted(chain, type);
            requireSupervisor(chain[0]);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            usual.checkServerTrusted(chain, type);
            requireSupervisor(chain[0]);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return usual.getAcceptedIssuers();
        }
    }
}

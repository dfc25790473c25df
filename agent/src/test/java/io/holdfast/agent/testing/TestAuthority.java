package io.holdfast.agent.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates for one test: ca.pem, manager.pem/.key for an address, agent.pem/.key for a host id, in a directory. */
public final class TestAuthority {
    private final Path directory;
    private final KeyPair authority = keyPair();
    private final X500Name name = new X500Name("CN=Test authority");

    public TestAuthority(Path directory, String managerAddress, String hostId) throws Exception {
        this.directory = directory;
        Files.createDirectories(directory);
        write(
                "ca.pem",
                "CERTIFICATE",
                certificate("Test authority", authority, "").getEncoded());
        issue("manager", "holdfast-manager", managerAddress);
        issue("agent", hostId, hostId + ".agent.holdfast");
    }

    /** Of another host: files {@code <host id>.pem} and {@code .key}. */
    public void issueAgent(String hostId) throws Exception {
        issue(hostId, hostId, hostId + ".agent.holdfast");
    }

    private void issue(String file, String commonName, String address) throws Exception {
        KeyPair pair = keyPair();
        write(
                file + ".pem",
                "CERTIFICATE",
                certificate(commonName, pair, address).getEncoded());
        write(file + ".key", "PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    private X509Certificate certificate(String commonName, KeyPair pair, String address)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(Duration.ofDays(30))),
                new X500Name("CN=" + commonName),
                pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(pair == authority));
        if (!address.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(
                            address.endsWith(".holdfast") ? GeneralName.dNSName : GeneralName.iPAddress, address)));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate())));
    }

    private void write(String file, String kind, byte[] content) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                directory.resolve(file), "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    public Path file(String file) {
        return directory.resolve(file);
    }
}

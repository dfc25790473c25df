package io.holdfast.manager.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The installation's own certificate authority: made on first start, kept in {@code state/pki}, P-256 throughout.
 *
 * <p>Agents trust this authority and nothing else; the manager takes the common name of an agent's certificate as the host's id.
 */
public final class CertificateAuthority {
    /** Name that every manager's certificate bears besides its addresses, for clients that verify by name. */
    public static final String MANAGER_NAME = "holdfast-manager";

    /** After the host id: the name by which agents know each other ({@code PeerIdentity} of the agent). */
    private static final String AGENT_SUFFIX = ".agent.holdfast";

    /** Name that only supervisors' certificates bear ({@code PeerTls} of the supervisor). */
    private static final String SUPERVISOR_NAME = "supervisor.holdfast";

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration LEAF_LIFE = Duration.ofDays(1825);
    /** A certificate is valid a day before it was made: hosts' clocks may be behind the manager's. */
    private static final Duration BACKDATE = Duration.ofDays(1);

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final SecureRandom random = new SecureRandom();

    private CertificateAuthority(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /** Reads the authority in this directory, or makes one there when there is none. */
    public static CertificateAuthority openOrCreate(Path directory) throws IOException, GeneralSecurityException {
        Path certificateFile = directory.resolve("ca.pem");
        Path keyFile = directory.resolve("ca.key");
        if (Files.exists(certificateFile) && Files.exists(keyFile)) {
            return new CertificateAuthority(readCertificate(certificateFile), readKey(keyFile));
        }
        Files.createDirectories(directory);
        CertificateAuthority made = create();
        writePrivate(keyFile, pem(made.key));
        writePrivate(certificateFile, pem(made.certificate));
        return made;
    }

    /**
     * The manager's own certificate from this directory, made anew when it isn't there, lacks one of these names, or ends within a year. Kept,
     * because a start that needs no new certificate needs none of the cryptographic library either, and is half a second faster.
     */
    static IssuedCertificate managerCertificate(Path directory, List<String> names, LazyAuthority authority)
            throws IOException, GeneralSecurityException {
        Path certificateFile = directory.resolve("manager.pem");
        Path keyFile = directory.resolve("manager.key");
        if (Files.exists(certificateFile) && Files.exists(keyFile)) {
            String pem = Files.readString(certificateFile);
            if (covers(pem, names)) {
                return new IssuedCertificate(pem, Files.readString(keyFile));
            }
        }
        IssuedCertificate issued = authority.get().issueForManager(names);
        writePrivate(keyFile, issued.key());
        writePrivate(certificateFile, issued.certificate());
        return issued;
    }

    private static boolean covers(String pem, List<String> names) throws GeneralSecurityException {
        var certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        if (certificate.getNotAfter().toInstant().isBefore(Instant.now().plus(Duration.ofDays(365)))) {
            return false;
        }
        var alternatives = certificate.getSubjectAlternativeNames();
        return alternatives != null
                && alternatives.stream().map(entry -> entry.get(1)).toList().containsAll(names);
    }

    /** Certificate of the authority as PEM. */
    public String authorityPem() throws IOException {
        return pem(certificate);
    }

    /**
     * A new key with a certificate for an agent: for asking, and for answering other agents (live migration) by a name that only agents bear.
     * Common name = host id.
     */
    public IssuedCertificate issueForHost(String hostId) throws IOException, GeneralSecurityException {
        return issue(
                hostId, List.of(hostId + AGENT_SUFFIX), KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
    }

    /**
     * A new key with a certificate for the supervisor of a management node: for asking and for answering, with the name by which supervisors know
     * each other.
     *
     * @param node name of the node
     * @param address its address on the management network
     */
    public IssuedCertificate issueForSupervisor(String node, String address)
            throws IOException, GeneralSecurityException {
        return issue(
                node, List.of(SUPERVISOR_NAME, address), KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
    }

    /** A new key with a certificate for a manager that is reached at these names and addresses. */
    public IssuedCertificate issueForManager(List<String> namesAndAddresses)
            throws IOException, GeneralSecurityException {
        return issue(MANAGER_NAME, namesAndAddresses, KeyPurposeId.id_kp_serverAuth);
    }

    private static CertificateAuthority create() throws GeneralSecurityException, IOException {
        KeyPair pair = newKeyPair();
        X500Name subject = name("Holdfast cluster authority");
        Instant now = Instant.now();
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    subject,
                    new BigInteger(120, new SecureRandom()),
                    Date.from(now.minus(BACKDATE)),
                    Date.from(now.plus(AUTHORITY_LIFE)),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            X509CertificateHolder holder =
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
            return new CertificateAuthority(
                    new JcaX509CertificateConverter().getCertificate(holder), pair.getPrivate());
        } catch (CertIOException | OperatorCreationException failure) {
            throw new GeneralSecurityException("The cluster authority could not be made", failure);
        }
    }

    private IssuedCertificate issue(String commonName, List<String> namesAndAddresses, KeyPurposeId... purposes)
            throws IOException, GeneralSecurityException {
        KeyPair pair = newKeyPair();
        Instant now = Instant.now();
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    certificate,
                    new BigInteger(120, random),
                    Date.from(now.minus(BACKDATE)),
                    Date.from(now.plus(LEAF_LIFE)),
                    new X500Principal(name(commonName).getEncoded()),
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            if (!namesAndAddresses.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(namesAndAddresses));
            }
            X509CertificateHolder holder = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key));
            return new IssuedCertificate(
                    pem(new JcaX509CertificateConverter().getCertificate(holder)), pem(pair.getPrivate()));
        } catch (CertIOException | OperatorCreationException failure) {
            throw new GeneralSecurityException("The certificate of " + commonName + " could not be made", failure);
        }
    }

    private static GeneralNames alternativeNames(List<String> namesAndAddresses) {
        return new GeneralNames(namesAndAddresses.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    private static boolean isAddress(String name) {
        return name.contains(":") || name.matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static KeyPair newKeyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate readCertificate(Path file) throws IOException, GeneralSecurityException {
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
            if (parser.readObject() instanceof X509CertificateHolder holder) {
                return new JcaX509CertificateConverter().getCertificate(holder);
            }
        }
        throw new GeneralSecurityException(file + " holds no certificate: restore it from a backup, with ca.key");
    }

    private static PrivateKey readKey(Path file) throws IOException, GeneralSecurityException {
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
            if (parser.readObject() instanceof PrivateKeyInfo info) {
                return new JcaPEMKeyConverter().getPrivateKey(info);
            }
        }
        throw new GeneralSecurityException(file + " holds no PKCS #8 key: restore it from a backup, with ca.pem");
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            // PKCS #8: gRPC's TLS reads no other form.
            writer.writeObject(
                    object instanceof PrivateKey privateKey ? new JcaPKCS8Generator(privateKey, null) : object);
        }
        return text.toString();
    }

    /** Written beside and renamed, readable by the owner only: a crash leaves the whole file or none. */
    static void writePrivate(Path file, String text) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        Files.createFile(beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(beside, text);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

package io.holdfast.manager.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cluster authority in its directory, opened (or made) when the first certificate is asked of it. */
public final class LazyAuthority {
    private final Path directory;
    private @Nullable CertificateAuthority opened;

    public LazyAuthority(Path directory) {
        this.directory = directory;
    }

    /** The authority. */
    public synchronized CertificateAuthority get() throws IOException, GeneralSecurityException {
        if (opened == null) {
            opened = CertificateAuthority.openOrCreate(directory);
        }
        return opened;
    }

    /** The manager's own certificate for these names, kept beside the authority. */
    public IssuedCertificate managerCertificate(List<String> names) throws IOException, GeneralSecurityException {
        return CertificateAuthority.managerCertificate(directory, names, this);
    }

    /** Certificate of the authority as PEM. */
    public String pem() throws IOException, GeneralSecurityException {
        Path file = directory.resolve("ca.pem");
        return Files.exists(file) ? Files.readString(file) : get().authorityPem();
    }
}

package io.holdfast.manager.pki;

/**
 * A certificate and its key, both PEM (key: PKCS #8).
 *
 * @param certificate PEM
 * @param key PEM; the text form leaves it out
 */
public record IssuedCertificate(String certificate, String key) {
    @Override
    public String toString() {
        return "IssuedCertificate[" + certificate + "]";
    }
}

package io.holdfast.supervisor.setup;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a machine that waits to be set up prints, and the one that sets it up is given: by it each knows the other, before they have a common
 * authority.
 *
 * @param token shown by the one that asks: 64 bits, and after five wrong ones the machine waits no longer
 * @param fingerprint first half of the SHA-256 of the waiting machine's certificate
 */
record JoinCode(String token, String fingerprint) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{32}");
    private static final int TOKEN_BYTES = 8;
    private static final int FINGERPRINT_DIGITS = 32;

    /** A new one. */
    static JoinCode of(X509Certificate certificate) {
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        return new JoinCode(HexFormat.of().formatHex(token), fingerprint(certificate));
    }

    /** @throws IllegalArgumentException it isn't one */
    static JoinCode parse(String text) {
        String code = text.strip().toLowerCase(Locale.ROOT);
        if (!FORM.matcher(code).matches()) {
            throw new IllegalArgumentException("the code is '" + text
                    + "'; it must be the one that 'holdfast-supervisor join' has printed, 16 digits, '-', 32 digits");
        }
        int dash = code.indexOf('-');
        return new JoinCode(code.substring(0, dash), code.substring(dash + 1));
    }

    static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(digest).substring(0, FINGERPRINT_DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the certificate can't be read", e);
        }
    }

    @Override
    public String toString() {
        return token + "-" + fingerprint;
    }
}
